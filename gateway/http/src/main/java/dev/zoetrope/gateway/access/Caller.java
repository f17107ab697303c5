package dev.zoetrope.gateway.access;

import jakarta.enterprise.context.RequestScoped;

/** Who calls. Ask at once, not in a continuation: those run outside the request. */
@RequestScoped
public class Caller {
    private Owner owner = Owner.ANYBODY;

    void is(String digest) {
        owner = new Owner(digest);
    }

    /** Whose jobs the request may see. */
    public Owner owner() {
        return owner;
    }
}
