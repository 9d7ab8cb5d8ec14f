// libsodium: hashes and authenticated encryption.
#include <sodium.h>
