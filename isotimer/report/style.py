"""How a report looks: in the light, in the dark, on a phone and on paper."""

STYLE = """
:root { color-scheme: light dark;
  --paper: #ffffff; --ink: #14181d; --muted: #56606b; --left: #0b5cab; --right: #c2570c; --band: #d4e3f5;
  --line: #d3d9e0; --soft: #f2f5f8; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #0f1419; --ink: #eef1f5; --muted: #a4b0bd; --left: #6cb2ff; --right: #ffab5e; --band: #24405f;
  --line: #333d48; --soft: #1a222b; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0.5rem 0 0; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; line-height: 1.3; margin: 2rem 0 0.5rem; border-bottom: 1px solid var(--line); }
header p, footer p { color: var(--muted); margin: 0.25rem 0; }
ul { padding-left: 1.2rem; margin: 0.5rem 0; }
li { margin: 0.3rem 0; overflow-wrap: anywhere; }
#answers-head + ul { font-size: 1.05rem; font-weight: 600; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
figure { margin: 0; padding: 0.5rem; background: var(--soft); border-radius: 0.4rem; }
figure svg { display: block; width: 100%; max-width: 44rem; height: auto; margin: 0 auto; }
figcaption { font-size: 0.88rem; color: var(--ink); margin-top: 0.3rem; overflow-wrap: anywhere; }
.table { overflow-x: auto; margin: 1rem 0; }
.table:focus-visible { outline: 3px solid var(--left); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.9rem; }
caption { text-align: left; font-weight: 600; padding: 0.3rem 0; }
th, td { text-align: right; padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; }
thead th { font-weight: 600; color: var(--muted); }
tbody th, th:first-child { text-align: left; font-weight: 600; white-space: nowrap; }
time { color: var(--muted); }
@media print {
  @page { size: A4; margin: 14mm; }
  :root { --paper: #ffffff; --ink: #000000; --muted: #444444; --left: #0b5cab; --right: #c2570c;
    --band: #d4e3f5; --line: #bbbbbb; --soft: #ffffff; }
  body { font-size: 10.5pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  .figures { grid-template-columns: 1fr 1fr; }
  figure, tr, li { break-inside: avoid; }
  h2 { break-after: avoid; }
  .table { overflow: visible; }
}
"""
