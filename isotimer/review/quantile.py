"""Quantiles of Student's t and chi-square; scipy is loaded when the first one is asked for."""

from functools import cache


@cache
def t_quantile(share: float, df: float) -> float:
    """Return the value that a t variable stays below with a probability.

    Args:
        share: Probability, 0 to 1.
        df: Degrees of freedom, above 0.
    """
    from scipy.special import stdtrit

    return float(stdtrit(df, share))


@cache
def chi2_quantile(share: float, df: float) -> float:
    """Return the value that a chi-square variable stays below with a probability."""
    from scipy.special import chdtri

    return float(chdtri(df, 1.0 - share))
