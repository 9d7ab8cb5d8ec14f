"""Writes the golden files of the decision forests: small models and what their own libraries predict with them.

Usage: .venv/bin/python Tests/oracle/make_forest_golden.py [FOLDER]
FOLDER defaults to Tests/DecisionForestsTests/Golden. Versions are pinned in requirements.txt beside this file.

For each case there is the model (.json, .ubj or .txt) and NAME.bin, little-endian:
  int32 rows, features, margins a row, outputs a row
  float32 rows x features         inputs
  float64 rows x margins          raw margins of the library
  float64 rows x outputs          predictions of the library
importance.txt holds `case feature splits total_gain total_cover`, one line a used feature (cover is - for LightGBM).
"""

import json
import pathlib
import struct
import sys

import lightgbm as lgb
import numpy as np
import xgboost as xgb

FEATURES = 6
CATEGORICAL = 5
ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "DecisionForestsTests" / "Golden"
importance_lines = []


def training_rows(rng, count=1500):
    """Correlated, heavy-tailed and small-integer columns, a categorical one, and 8 % missing values."""
    x = rng.normal(size=(count, FEATURES)).astype(np.float32)
    x[:, 1] = 0.6 * x[:, 0] + 0.8 * x[:, 1]
    x[:, 2] = rng.standard_t(2, size=count)
    x[:, 3] = np.where(rng.random(count) < 0.4, 0, x[:, 3])
    x[:, 4] = rng.integers(-3, 4, size=count)
    x[:, CATEGORICAL] = rng.integers(0, 70, size=count)
    x[:, :5][rng.random((count, 5)) < 0.08] = np.nan
    signal = np.nan_to_num(x[:, 0]) + 0.5 * np.sign(np.nan_to_num(x[:, 2])) + (x[:, CATEGORICAL] % 5 == 2)
    signal += np.where(np.isnan(x[:, 3]), 1.0, 0.3 * x[:, 3]) + 0.2 * rng.normal(size=count)
    return x, signal.astype(np.float32)


def probe_rows(rng, thresholds, count=96):
    """Random rows, then rows that sit on thresholds, beside them, at infinity, around zero and off the categories."""
    x, _ = training_rows(rng, count)
    x[rng.random(x.shape) < 0.06] = np.nan
    x[rng.random(x.shape) < 0.03] = np.inf
    x[rng.random(x.shape) < 0.03] = -np.inf
    edge, _ = training_rows(rng, count)
    tiny = np.float32([0.0, -0.0, 1e-35, -1e-35, 1.1e-35, -1.1e-35, 1e-45, 3e38, -3e38, np.nan])
    odd = np.float32(
        [-1, -0.5, 0.5, 2.99, 69, 70, 96, 1e4, 16777215, 16777216, 2147483648, 1e20, np.nan, np.inf, -np.inf]
    )
    for row in edge:
        for feature in range(CATEGORICAL):
            choice = rng.random()
            if choice < 0.6 and len(thresholds[feature]):
                with np.errstate(over="ignore"):
                    value = np.float32(rng.choice(thresholds[feature]))
                step = rng.integers(-1, 2)
                row[feature] = value if step == 0 else np.nextafter(value, np.float32(step * np.inf))
            elif choice < 0.8:
                row[feature] = rng.choice(tiny)
        if rng.random() < 0.5:
            row[CATEGORICAL] = rng.choice(odd)
    return np.concatenate([x, edge]).astype(np.float32)


def write_case(name, rows, margins, outputs):
    margins = np.asarray(margins, dtype=np.float64).reshape(len(rows), -1)
    outputs = np.asarray(outputs, dtype=np.float64).reshape(len(rows), -1)
    with open(FOLDER / f"{name}.bin", "wb") as file:
        file.write(struct.pack("<4i", len(rows), rows.shape[1], margins.shape[1], outputs.shape[1]))
        file.write(rows.astype("<f4").tobytes() + margins.astype("<f8").tobytes() + outputs.astype("<f8").tobytes())


# XGBoost


def xgboost_thresholds(booster):
    found = [[] for _ in range(FEATURES)]
    booster_json = json.loads(booster.save_raw("json"))["learner"]["gradient_booster"]
    for tree in booster_json.get("gbtree", booster_json)["model"]["trees"]:
        for left, feature, value in zip(tree["left_children"], tree["split_indices"], tree["split_conditions"]):
            if left != -1:
                found[feature].append(value)
    return found


def xgboost_case(name, label, rounds=8, file_format="ubj", types=None, names=None, groups=None, **parameters):
    rng = np.random.default_rng(sum(name.encode()))
    x, signal = training_rows(rng)
    y = label(signal, x)
    types = types or ["q"] * FEATURES
    data = xgb.DMatrix(x, label=y, feature_types=types, feature_names=names, enable_categorical=True, nthread=1)
    if groups:
        data.set_group([len(x) // groups] * groups)
    settings = {"max_depth": 4, "nthread": 1, "verbosity": 0, "seed": 7, **parameters}
    booster = xgb.train(settings, data, rounds)
    booster.save_model(FOLDER / f"{name}.{file_format}")
    rows = probe_rows(rng, xgboost_thresholds(booster))
    if parameters.get("booster") == "dart":
        # Prediction in place rounds dart's weights differently from prediction on a matrix, which refuses infinities.
        rows = np.where(np.isinf(rows), np.sign(rows) * np.float32(3e38), rows).astype(np.float32)
        matrix = xgb.DMatrix(rows, feature_types=types, nthread=1)
        margins, outputs = booster.predict(matrix, output_margin=True), booster.predict(matrix)
    else:
        margins = booster.inplace_predict(rows, predict_type="margin", validate_features=False)
        outputs = booster.inplace_predict(rows, validate_features=False)
    write_case(name, rows, margins, outputs)
    scores = {kind: booster.get_score(importance_type=kind) for kind in ("weight", "total_gain", "total_cover")}
    for key in scores["weight"]:
        feature = names.index(key) if names else int(key[1:])
        importance_lines.append(
            f"{name} {feature} {int(scores['weight'][key])} {scores['total_gain'][key]:.9g} "
            f"{scores['total_cover'][key]:.9g}")


def real(signal, x):
    return signal


def positive(signal, x):
    return np.exp(signal / 2)


def count(signal, x):
    return np.floor(np.exp(signal / 2))


def binary(signal, x):
    return (signal > 0.7).astype(np.float32)


def share(signal, x):
    return 1 / (1 + np.exp(-signal))


def classes(signal, x):
    return np.digitize(signal, [-0.3, 1.0]).astype(np.float32)


def make_xgboost():
    categorical = ["q"] * CATEGORICAL + ["c"]
    names = ["price change", "volume", "pre\u00e7o m\u00e9dio", "quoted \"x\"", "slash\\", "category"]
    xgboost_case("xgb_squarederror", real, file_format="json")
    xgboost_case("xgb_squarederror_binary", real)
    xgboost_case("xgb_base_score_given", real, base_score=0.25, file_format="json")
    xgboost_case("xgb_absoluteerror", real, objective="reg:absoluteerror")
    xgboost_case("xgb_quantiles", real, objective="reg:quantileerror", quantile_alpha=[0.1, 0.5, 0.9], rounds=4)
    xgboost_case("xgb_pseudohuber", real, objective="reg:pseudohubererror")
    xgboost_case("xgb_squaredlog", positive, objective="reg:squaredlogerror")
    xgboost_case("xgb_reg_logistic", share, objective="reg:logistic")
    xgboost_case("xgb_binary", binary, objective="binary:logistic", file_format="json")
    xgboost_case("xgb_binary_named", binary, objective="binary:logistic", names=names, file_format="json", rounds=3)
    xgboost_case("xgb_binary_base_score", binary, objective="binary:logistic", base_score=0.3)
    xgboost_case("xgb_logitraw", binary, objective="binary:logitraw", base_score=0.3)
    xgboost_case("xgb_hinge", binary, objective="binary:hinge")
    xgboost_case("xgb_softmax", classes, objective="multi:softmax", num_class=3, rounds=4)
    xgboost_case("xgb_softprob", classes, objective="multi:softprob", num_class=3, rounds=4, file_format="json")
    xgboost_case("xgb_poisson", count, objective="count:poisson")
    xgboost_case("xgb_gamma", positive, objective="reg:gamma")
    xgboost_case("xgb_tweedie", positive, objective="reg:tweedie", tweedie_variance_power=1.3)
    xgboost_case("xgb_cox", positive, objective="survival:cox")
    xgboost_case("xgb_rank_ndcg", classes, objective="rank:ndcg", groups=50)
    xgboost_case("xgb_rank_pairwise", binary, objective="rank:pairwise", groups=50)
    xgboost_case("xgb_rank_map", binary, objective="rank:map", groups=50)
    xgboost_case("xgb_dart", real, booster="dart", rate_drop=0.4, one_drop=1, file_format="json")
    xgboost_case(
        "xgb_dart_softprob", classes, booster="dart", rate_drop=0.4, objective="multi:softprob", num_class=3, rounds=4
    )
    xgboost_case("xgb_parallel_trees", real, num_parallel_tree=3, subsample=0.5, rounds=3)
    xgboost_case("xgb_lossguide", real, grow_policy="lossguide", max_leaves=12, max_depth=0, gamma=1.0)
    xgboost_case("xgb_exact_pruned", real, tree_method="exact", gamma=20.0)
    xgboost_case("xgb_categorical", real, types=categorical, max_cat_to_onehot=4, file_format="json")
    xgboost_case("xgb_categorical_onehot", real, types=categorical, max_cat_to_onehot=200)
    xgboost_case(
        "xgb_categorical_softprob", classes, types=categorical, objective="multi:softprob", num_class=3, rounds=3
    )


# LightGBM


def lightgbm_thresholds(booster):
    found = [[] for _ in range(FEATURES)]

    def visit(node):
        if "split_feature" in node:
            if node["decision_type"] == "<=":
                found[node["split_feature"]].append(node["threshold"])
            visit(node["left_child"])
            visit(node["right_child"])

    for tree in booster.dump_model()["tree_info"]:
        visit(tree["tree_structure"])
    return found


def lightgbm_case(name, label, rounds=8, categorical=False, groups=None, rows_of=None, **parameters):
    rng = np.random.default_rng(sum(name.encode()))
    x, signal = training_rows(rng)
    if rows_of:
        x = rows_of(x)
    options = {"categorical_feature": [CATEGORICAL]} if categorical else {}
    if groups:
        options["group"] = [len(x) // groups] * groups
    settings = {"num_leaves": 9, "min_data_in_leaf": 20, "num_threads": 1, "verbosity": -1, "seed": 7,
                "deterministic": True, "force_row_wise": True, "max_cat_to_onehot": 4, "min_data_per_group": 5,
                "cat_smooth": 1.0, **parameters}
    booster = lgb.train(settings, lgb.Dataset(x.astype(np.float64), label(signal, x), **options), rounds)
    text = booster.model_to_string()
    # Parameters of the training take most of a small file and are not read: the model ends with its trees.
    end = text.index("end of trees")
    (FOLDER / f"{name}.txt").write_text(text[:end] + "end of trees\n")
    rows = probe_rows(rng, lightgbm_thresholds(booster))
    wide = rows.astype(np.float64)
    write_case(name, rows, booster.predict(wide, raw_score=True), booster.predict(wide))
    splits, gains = booster.feature_importance("split"), booster.feature_importance("gain")
    for feature in range(FEATURES):
        if splits[feature]:
            importance_lines.append(f"{name} {feature} {splits[feature]} {gains[feature]:.9g} -")


def no_missing(x):
    return np.nan_to_num(x)


def few_categories(x):
    x[:, CATEGORICAL] %= 5
    return x


def make_lightgbm():
    lightgbm_case("lgb_regression", real)
    lightgbm_case("lgb_no_missing", real, rows_of=no_missing)
    lightgbm_case("lgb_zero_missing", real, zero_as_missing=True)
    lightgbm_case("lgb_use_missing_off", real, use_missing=False)
    lightgbm_case("lgb_sqrt", real, objective="regression", reg_sqrt=True)
    lightgbm_case("lgb_l1", real, objective="regression_l1")
    lightgbm_case("lgb_l1_sqrt", real, objective="regression_l1", reg_sqrt=True)
    lightgbm_case("lgb_huber", real, objective="huber")
    lightgbm_case("lgb_fair", real, objective="fair")
    lightgbm_case("lgb_quantile", real, objective="quantile", alpha=0.8)
    lightgbm_case("lgb_mape", positive, objective="mape")
    lightgbm_case("lgb_poisson", count, objective="poisson")
    lightgbm_case("lgb_gamma", positive, objective="gamma")
    lightgbm_case("lgb_tweedie", positive, objective="tweedie")
    lightgbm_case("lgb_binary", binary, objective="binary")
    lightgbm_case("lgb_binary_sigmoid", binary, objective="binary", sigmoid=1.7)
    lightgbm_case("lgb_multiclass", classes, objective="multiclass", num_class=3, rounds=4)
    lightgbm_case("lgb_multiclassova", classes, objective="multiclassova", num_class=3, sigmoid=0.8, rounds=4)
    lightgbm_case("lgb_cross_entropy", share, objective="cross_entropy")
    lightgbm_case("lgb_cross_entropy_lambda", share, objective="cross_entropy_lambda")
    lightgbm_case("lgb_lambdarank", classes, objective="lambdarank", groups=50)
    lightgbm_case("lgb_xendcg", classes, objective="rank_xendcg", groups=50)
    lightgbm_case("lgb_random_forest", real, boosting="rf", bagging_freq=1, bagging_fraction=0.6)
    lightgbm_case(
        "lgb_random_forest_binary", binary, boosting="rf", bagging_freq=1, bagging_fraction=0.6, objective="binary"
    )
    lightgbm_case("lgb_dart", real, boosting="dart")
    lightgbm_case("lgb_categorical", real, categorical=True)
    lightgbm_case("lgb_categorical_onehot", real, categorical=True, rows_of=few_categories, max_cat_to_onehot=100)
    lightgbm_case(
        "lgb_categorical_multiclass", classes, categorical=True, objective="multiclass", num_class=3, rounds=3
    )
    lightgbm_case("lgb_single_leaves", real, min_data_in_leaf=1400)
    lightgbm_case("lgb_many_trees", real, rounds=275, num_leaves=3, learning_rate=0.05)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    make_xgboost()
    make_lightgbm()
    (FOLDER / "importance.txt").write_text("\n".join(importance_lines) + "\n")
    total = sum(path.stat().st_size for path in FOLDER.iterdir())
    cases = len(list(FOLDER.glob("*.bin")))
    print(f"xgboost {xgb.__version__}, lightgbm {lgb.__version__}: {cases} cases, {total} bytes")
