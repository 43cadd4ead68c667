package oidc.handoff.spring;

import oidc.handoff.Refusal;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.Authentication;

/** From a verified assertion to a user, as the policy for accounts has it. */
final class AssertionAuthenticationProvider implements AuthenticationProvider {
    private final AccountPolicy policy;

    AssertionAuthenticationProvider(AccountPolicy policy) {
        this.policy = policy;
    }

    @Override
    public Authentication authenticate(Authentication asked) {
        try {
            return new AssertionAuthentication(policy.admit(((AssertionAuthentication) asked).assertion()));
        } catch (Refusal refusal) {
            throw new RefusedException(refusal);
        } catch (RuntimeException e) {
            throw new AuthenticationServiceException("the accounts cannot be reached", e);
        }
    }

    @Override
    public boolean supports(Class<?> type) {
        return type == AssertionAuthentication.class;
    }
}
