package org.nrg.xdat.security.user.exceptions;

/** Written from the contract, to compile against; XNAT has the real one. Not shipped. */
public class UserNotFoundException extends Exception {
}
