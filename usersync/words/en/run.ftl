run-killed = The process of this run ended without a word: it was killed, or ran out of memory.
    .next = Run again. What it had announced is read back first, so nothing is done twice; if the new run says that this one is still at work, wait a minute for its lease to end.
run-plan-of-another-process = Plan { $plan } is to be carried out by { $process }, not by this process.
    .next = Start { $process } with the plan's hash.
run-order-begun = Run { $run } carries this order out already.
    .next = Look at that run; nothing else is to do.
