// XGBoost: training of boosted trees.
#include <xgboost/c_api.h>
