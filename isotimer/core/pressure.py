"""Where the force on a plate acts: centre of pressure of cells, of a six-component plate, of two plates."""

import numpy as np

from isotimer.core.block import FloatArray

LEAST_N = 20.0
"""Below this load, or below a twentieth of body weight, a centre of pressure is noise."""

LEAST_SHARE = 0.05


def least_load_n(body_weight_n: float | None) -> float:
    """Return the least vertical force at which a centre of pressure is given, in N."""
    return LEAST_N if body_weight_n is None else max(LEAST_N, LEAST_SHARE * body_weight_n)


def centre_of_cells(force_n: FloatArray, place_m: FloatArray, least_n: float = LEAST_N) -> FloatArray:
    """Return the centre of pressure of vertical cells.

    x = sum(F_i x_i) / sum(F_i), y alike. Cells know nothing of shear, so that the result is off by
    (depth of the cells) x (horizontal force) / (vertical force).

    Args:
        force_n: (n, k) vertical force of each cell, N.
        place_m: (k, 2) x and y of each cell, m, in the coordinates that the result is to have.
        least_n: Least total force; below it the result is NaN.

    Returns:
        (n, 2) x and y in m.

    Raises:
        ValueError: If the number of cells differs.
    """
    if force_n.ndim != 2 or place_m.shape != (force_n.shape[1], 2):
        raise ValueError("one place per cell is needed")
    return _divided(force_n @ place_m, force_n.sum(axis=1), least_n)


def centre_of_moments(
    force_z_n: FloatArray, moment_x_nm: FloatArray, moment_y_nm: FloatArray, least_n: float = LEAST_N
) -> FloatArray:
    """Return the centre of pressure of a six-component plate from its moments at the surface.

    x = -My / Fz, y = Mx / Fz (signs differ between makers: turn the moments before, if need be).

    Args:
        force_z_n: (n,) vertical force, N.
        moment_x_nm: (n,) moment about x, N m.
        moment_y_nm: (n,) moment about y, N m.
        least_n: Least force; below it the result is NaN.

    Returns:
        (n, 2) x and y in m.
    """
    return _divided(np.column_stack([-moment_y_nm, moment_x_nm]), force_z_n, least_n)


def net_centre(
    centres_m: tuple[FloatArray, ...], forces_n: tuple[FloatArray, ...], least_n: float = LEAST_N
) -> FloatArray:
    """Return the common centre of pressure of several plates, in their common coordinates.

    The mean of the plates' centres, weighted by their forces. A plate that is too little loaded to have
    a centre of its own takes no part.

    Args:
        centres_m: For each plate (n, 2), m; NaN where it has none.
        forces_n: For each plate (n,), N.
        least_n: Least total force; below it the result is NaN.

    Returns:
        (n, 2) x and y in m.
    """
    moment = np.zeros(centres_m[0].shape)
    total = np.zeros(len(moment))
    for centre, force in zip(centres_m, forces_n, strict=True):
        known = np.isfinite(centre).all(axis=1) & np.isfinite(force)
        moment[known] += centre[known] * force[known, None]
        total[known] += force[known]
    return _divided(moment, total, least_n)


def load_share(right_n: FloatArray, left_n: FloatArray) -> FloatArray:
    """Return 100 R / (R + L) in %, NaN where nothing is loaded.

    Args:
        right_n: (n,) vertical force under the right side, N.
        left_n: (n,) the same, left.
    """
    total = right_n + left_n
    return np.asarray(
        np.divide(100 * right_n, total, out=np.full(total.shape, np.nan), where=total > LEAST_N)
    )


def _divided(moment: FloatArray, force_n: FloatArray, least_n: float) -> FloatArray:
    out = np.full(moment.shape, np.nan)
    loaded = force_n > least_n
    out[loaded] = moment[loaded] / force_n[loaded, None]
    return out
