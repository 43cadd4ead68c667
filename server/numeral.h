/* A limit in the words of a message, so that the two cannot differ. */
#ifndef SERVER_NUMERAL_H
#define SERVER_NUMERAL_H

/** The digits of a macro that is a plain number, as a string literal. */
#define NUMERAL(macro) NUMERAL_OF(macro)
#define NUMERAL_OF(digits) #digits

#endif
