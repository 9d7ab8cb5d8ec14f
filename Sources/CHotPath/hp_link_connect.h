// Steps of a link's coming up and going down, called by its data path.
#ifndef HP_LINK_CONNECT_H
#define HP_LINK_CONNECT_H

#include "hp_link_internal.h"

/// Makes a socket and starts connecting it.
void hp_link_start_attempt(hp_link *link, int64_t now_ns);

/// Takes the completion of a connect.
void hp_link_complete_connect(hp_link *link, int result, int64_t now_ns);

/// Gives up an attempt whose time is over.
void hp_link_check_deadline(hp_link *link, int64_t now_ns);

/// Notes the end of a connection or attempt.
void hp_link_begin_closing(hp_link *link, int error, int64_t now_ns);

#endif
