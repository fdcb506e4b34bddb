/* Deliberate faults of channel.pml and thread.pml, each in one place. MUTANT=n switches one on. */
#ifndef MUTANT
#define MUTANT 0
#endif
#define NO_RECHECK 1             /* drainBatch ends without isBatchDue */
#define NEVER_ADMITS 2           /* drainBatch admits no waiting sender */
#define WAITS_WITHOUT_A_LOOK 3   /* enqueueSender does not call admitNext */
#define ATTACHES_IN_SILENCE 4    /* subscribeReceiver does not schedule a batch */
#define ASKS_IN_SILENCE 5        /* request does not schedule a batch */
#define FORGETS_ON_CLOSE 6       /* close does not signal the waiting senders */
#define CLOSES_IN_SILENCE 7      /* close does not schedule a batch */
#define FREES_BEFORE_IT_CLEARS 8 /* poll moves consumerIndex before it clears the slot */
#define OVERTAKES 9              /* admit does not ask for waiting senders first */
#define NO_BATCH_LIMIT 10        /* a batch delivers as long as there are events */
#define ONE_TOO_MANY 11          /* offer takes one event beyond the capacity */
#define COUNTS_TOO_EARLY 12      /* admitNext lowers waitingSenders before the events are in the queue */
#define TESTS_THEN_SETS 13       /* scheduleBatch sets isDraining without a compare-and-set */
#define LOOKS_BEFORE_IT_WAITS 14 /* enqueueSender reads isDraining before it enqueues */
#define FORGETS_DRAINED 15       /* isBatchDue does not look for a closed and empty queue */
#define FORGETS_WAITING 16       /* isBatchDue does not look for waiting senders */
#define FORGETS_READY 17         /* isBatchDue does not look for events */
#define KEEPS_SUBSCRIPTION 18    /* a cancelled receiver does not free the channel */
#define KEEPS_DEMAND 19          /* a batch does not reduce the demand */
#define TIMES_OUT_IN_QUEUE 20    /* onTimeout leaves the sender in the queue */
#define ENQUEUES_WHEN_CLOSED 21  /* SenderQueue.enqueue does not look for the close */
#define OFFERS_WHEN_CLOSED 22    /* MpscEventQueue.offer does not look for the close */
#define IGNORES_DEMAND 23        /* a batch does not stop at the demand */
#define ADMITS_IN_SILENCE 24     /* admitNext does not schedule a batch */

/* Faults of thread.pml. */
#define LOOKS_BEFORE_IT_ADDS 31  /* add reads parked before it adds the task */
#define PARKS_BEFORE_IT_SAYS_SO 32 /* awaitTask sets parked after its look for tasks */
#define PARKS_WITHOUT_A_LOOK 33  /* awaitTask does not look for tasks once parked is set */
#define CLEARS_AT_THE_END 34     /* run clears the tasks when it has drained */
