recover-carried-out = carried out by a run that was killed; read back afterwards
recover-not-carried-out = announced by a run that was killed, and not carried out
run-broke = The run broke off: { $error }.
    .next = Look into the run's log; if it says nothing helpful, report it with the run's id.
run-plan-needs-apply = A preview cannot carry out an approved plan.
    .next = Start the process with mode “apply” and the plan's hash.
