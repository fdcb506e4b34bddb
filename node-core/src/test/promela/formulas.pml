/*
 * What every loop owes its senders. A model that includes this file declares:
 *   undelivered   number of events that were accepted and not delivered
 *   sendersDone   number of senders, of SENDERS, all of whose sends were answered: accepted or rejected
 *   atRest        no work is running or scheduled
 */
ltl acceptedIsDelivered { [] (undelivered > 0 -> <> (undelivered == 0)) }
ltl everySendIsAnswered { <> (sendersDone == SENDERS) }
ltl idleIsIdle { <> [] atRest }
