package org.nrg.xft.event;

/** Written from the contract, to compile against; XNAT has the real one. Not shipped. */
public interface EventMetaI {
}
