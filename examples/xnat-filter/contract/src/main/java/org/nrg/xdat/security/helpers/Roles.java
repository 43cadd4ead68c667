package org.nrg.xdat.security.helpers;

import org.nrg.xft.security.UserI;

/** Written from the contract, to compile against; XNAT has the real one. Not shipped. */
public final class Roles {
    private Roles() {
    }

    public static boolean isSiteAdmin(UserI user) {
        throw new UnsupportedOperationException();
    }
}
