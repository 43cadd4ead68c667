/* Readers of option values: each takes text, checks it whole, and stores it. */
#ifndef SERVER_OPTION_VALUES_H
#define SERVER_OPTION_VALUES_H

#include "options_table.h"

option_reader option_read_text;          /* a file name: anything but nothing */
option_reader option_read_config;        /* the same, collected */
option_reader option_read_listen;        /* struct listen_address */
option_reader option_read_origin;        /* http(s)://host[:port] */
option_reader option_read_duration;      /* int64_t seconds */
option_reader option_read_path;          /* /segments/of/plain/characters */
option_reader option_read_header_prefix; /* beginning of header names */
option_reader option_read_cidr;          /* struct cidr, collected */
option_reader option_read_count;         /* unsigned */
option_reader option_read_choice;        /* an enum */
option_reader option_read_switch;        /* bool */
option_reader option_read_redis;         /* struct redis_address */

/** Frees what an option's reader has stored. */
void option_clear(const struct option *option, struct options *options);

#endif
