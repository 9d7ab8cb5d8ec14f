#!/usr/bin/env python3
"""Opens a study of `trader optimize` with Optuna and says what is in it: check_study.py STUDY.db [NAME].

Every trial must have its number, state, parameters inside their distributions and a value an objective. Needs optuna
(Tests/oracle/requirements-optuna.txt).
"""
import sys

import optuna

study = optuna.load_study(study_name=sys.argv[2] if len(sys.argv) > 2 else "search", storage=f"sqlite:///{sys.argv[1]}")
for number, trial in enumerate(study.trials):
    assert trial.number == number, f"trial {number} has number {trial.number}"
    for name, distribution in trial.distributions.items():
        assert distribution._contains(distribution.to_internal_repr(trial.params[name])), f"{name} of trial {number}"
    if trial.state == optuna.trial.TrialState.COMPLETE:
        assert len(trial.values) == len(study.directions) and trial.intermediate_values, f"trial {number} lacks values"
for best in study.best_trials:
    print(f"{len(study.trials)} trials, best {best.number} with {best.values}: {best.params}")
