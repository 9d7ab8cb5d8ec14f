"""Writes the golden SHAP values: contributions that XGBoost and LightGBM give for the golden forests and their rows.

Usage: .venv/bin/python Tests/oracle/make_shap_golden.py
Reads the models and rows that make_forest_golden.py wrote, writes NAME.shap beside them, little-endian:
  int32 rows, groups, columns
  float64 rows x groups x (columns + 1)   contributions, then the base value
Only the first ROWS rows of each case; versions are pinned in requirements.txt.
"""

import pathlib
import struct

import lightgbm as lgb
import numpy as np
import xgboost as xgb

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "DecisionForestsTests" / "Golden"
CASES = ["xgb_binary", "xgb_squarederror", "xgb_softprob", "xgb_base_score_given", "xgb_lossguide", "lgb_regression"]
ROWS = 40


def inputs(name):
    """The rows of a golden case."""
    data = (FOLDER / f"{name}.bin").read_bytes()
    rows, features, _, _ = struct.unpack_from("<4i", data)
    return np.frombuffer(data, "<f4", rows * features, 16).reshape(rows, features)[:ROWS]


def contributions(name, x):
    """(rows, groups, columns + 1)"""
    if name.startswith("lgb"):
        model = lgb.Booster(model_file=str(FOLDER / f"{name}.txt"))
        values = np.asarray(model.predict(x, pred_contrib=True, num_threads=1))
    else:
        path = next(p for p in (FOLDER / f"{name}.json", FOLDER / f"{name}.ubj") if p.exists())
        model = xgb.Booster(model_file=str(path))
        model.set_param({"nthread": 1})
        names = model.feature_names
        values = model.predict(xgb.DMatrix(x, missing=np.nan, feature_names=names), pred_contribs=True)
    return values.reshape(len(x), -1, x.shape[1] + 1)


for case in CASES:
    rows = inputs(case)
    # The libraries refuse infinities in a matrix: such rows are written as NaN and left out of the comparison.
    finite = ~np.isinf(rows).any(axis=1)
    values = contributions(case, np.where(np.isinf(rows), np.nan, rows))
    values[~finite] = np.nan
    with open(FOLDER / f"{case}.shap", "wb") as file:
        file.write(struct.pack("<3i", *values.shape[:2], values.shape[2] - 1))
        file.write(values.astype("<f8").tobytes())
