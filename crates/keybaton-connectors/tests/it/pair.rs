//! Two logins that alternate: what holds at every server.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails the test")]

use keybaton_ports::{Blame, Certainty, Verdict};
use keybaton_seal::SecretValue;
use keybaton_types::IssuedId;

use crate::bench::{Bench, create, drawn};

/// A login of the pair that somebody uses is not taken over, and one outside it is never touched.
pub(crate) async fn assert_left_alone(bench: &Bench, used: [(&IssuedId, &SecretValue); 2], stranger: &IssuedId) {
    let fault = create(&*bench.issuer, 1, &drawn(), std::slice::from_ref(used[0].0)).await.err().unwrap();
    assert_eq!((fault.blame, fault.certainty), (Blame::Full, Certainty::Refused), "{fault}");
    for (id, value) in used {
        assert_eq!(bench.verdict(id, value).await, Verdict::Accepted, "{id}");
    }
    for fault in [
        bench.issuer.destroy(stranger).await.unwrap_err(),
        bench.issuer.switching().unwrap().disable(stranger).await.unwrap_err(),
        bench.issuer.sessions().unwrap().end(stranger).await.unwrap_err(),
    ] {
        assert_eq!((fault.blame, fault.certainty), (Blame::NotFound, Certainty::Refused), "{fault}");
    }
}

/// A password that was destroyed stays dead when its login gets another one.
pub(crate) async fn assert_alternates(bench: &Bench, old: (&IssuedId, &SecretValue), new: (&IssuedId, &SecretValue)) {
    let (first, second) = (old.0, new.0);
    let (again, value) = bench.create(2, std::slice::from_ref(second)).await;
    assert_eq!(again, *first);
    assert_eq!(bench.verdict(&again, old.1).await, Verdict::Refused, "its first password stays dead");
    assert_eq!(bench.verdict(&again, &value).await, Verdict::Accepted);
    assert_eq!(bench.verdict(second, new.1).await, Verdict::Accepted);
}
