package org.nrg.xdat.security.helpers;

import org.nrg.xdat.security.user.exceptions.UserInitException;
import org.nrg.xdat.security.user.exceptions.UserNotFoundException;
import org.nrg.xft.event.EventMetaI;
import org.nrg.xft.security.UserI;

/** Written from the contract, to compile against; XNAT has the real one. Not shipped. */
public final class Users {
    private Users() {
    }

    public static UserI getUser(String username) throws UserInitException, UserNotFoundException {
        throw new UnsupportedOperationException();
    }

    public static UserI getAdminUser() {
        throw new UnsupportedOperationException();
    }

    public static UserI createUser() {
        throw new UnsupportedOperationException();
    }

    public static void save(UserI user, UserI by, boolean override, EventMetaI event) throws Exception {
        throw new UnsupportedOperationException();
    }
}
