package org.nrg.xft.event;

import org.nrg.xft.security.UserI;

/** Written from the contract, to compile against; XNAT has the real one. Not shipped. */
public final class EventUtils {
    private EventUtils() {
    }

    public static EventMetaI DEFAULT_EVENT(UserI user, String message) {
        throw new UnsupportedOperationException();
    }
}
