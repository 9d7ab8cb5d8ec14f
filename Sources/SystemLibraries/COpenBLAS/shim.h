// OpenBLAS: dense linear algebra.
#include <cblas.h>
