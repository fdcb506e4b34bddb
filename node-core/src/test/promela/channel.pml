/*
 * Model of the event loop's channels: NotificationChannel, MpscEventQueue, SenderQueue and ChannelSubscription on one
 * loop thread. Variables have the names of the fields, see README.md. A step of the model is one access to a shared field,
 * or several of which no other thread can see the difference. `.ci/model` checks it, by the table checks.txt.
 *
 * Parameters: SENDERS, CHANNELS, EVENTS a sender (1 or 2), CAPACITY of an event queue, SENDER_CAPACITY of a sender queue,
 * BATCH. TURNS=1: two receivers in turn, of the first channel. ASKS=0: the last receiver asks for nothing. CLOSING: each channel is closed at
 * any moment. TIMEOUTS: the first sender may give up. MUTANT: one deliberate fault, see mutants.pml.
 */
#ifndef SENDERS
#define SENDERS 2
#endif
#ifndef CHANNELS
#define CHANNELS 1
#endif
#ifndef EVENTS
#define EVENTS 1
#endif
#ifndef CAPACITY
#define CAPACITY 1
#endif
#ifndef SENDER_CAPACITY
#define SENDER_CAPACITY 2
#endif
#ifndef BATCH
#define BATCH 1
#endif
#ifndef TURNS
#define TURNS 1
#endif
#ifndef ASKS
#define ASKS 1
#endif
#include "mutants.pml"

#define NONE 255
#define LAST_RECEIVER 2
#define ALL 100                 /* unbounded demand: Long.MAX_VALUE */
#define channelOf(event) ((event / EVENTS) % CHANNELS)

/* OfferResult; IN_QUEUE stands for WAITING. */
#define PENDING 0
#define ACCEPTED 1
#define FULL 2
#define CLOSED 3
#define IN_QUEUE 4

/* How a send stands, in `answer`. */
#define UNSENT 0
#define WAITS 1
#define DONE 2
#define REJECTED 3

#define check(name, condition) if :: condition :: else -> printf(name); assert(false) fi

typedef Channel {
  /* MpscEventQueue */
  byte slots[CAPACITY];         /* an event, or NONE */
  byte producerIndex;
  bool closed;
  byte consumerIndex;
  /* SenderQueue */
  bool lock;
  byte waiting[SENDER_CAPACITY];/* `senders`: events whose sends wait, first in first out */
  byte waitingCount;            /* senders.size(), read under the lock */
  byte waitingSenders;          /* the volatile copy */
  /* NotificationChannel */
  bool isDraining;
  byte subscription;            /* number of the receiver, or NONE */
  /* ChannelSubscription, by receiver */
  byte demand[LAST_RECEIVER + 1];
  bool terminated[LAST_RECEIVER + 1];
  /* What the properties speak of. */
  bool completed;               /* the last receiver saw onComplete */
  bool firstHasOne;             /* the first receiver got the one event that it asked for */
  bool scheduled;               /* a batch waits in `tasks` */
  byte overtaken;               /* events of other channels since the batch was scheduled */
}
Channel channels[CHANNELS];

/* The scheduler of the loop thread: first in, first out. A channel has at most one batch in it. */
chan tasks = [CHANNELS] of { byte };

byte answer[SENDERS * EVENTS];
byte nextOf[SENDERS];           /* the lowest number that the sender's next delivered event may have */
byte undelivered;
byte sendersDone;

#define isReady(c) (channels[c].slots[channels[c].consumerIndex % CAPACITY] != NONE)
#define size(c) (channels[c].producerIndex - channels[c].consumerIndex)
#define hasRoom(c) (!channels[c].closed && size(c) < CAPACITY)
#define isDrained(c) (channels[c].closed && channels[c].producerIndex == channels[c].consumerIndex)
#define hasDemand(c, receiver) (channels[c].demand[receiver] > 0 && !channels[c].terminated[receiver])
#define isDeliverable(c, receiver) (receiver != NONE && isReady(c) && hasDemand(c, receiver))
#define isAnswered(event) (answer[event] >= DONE)
#define atRest (!channels[0].isDraining && !channels[CHANNELS - 1].isDraining)

/* ChannelSubscription.terminate, and the callback that frees the channel for the next receiver. */
inline endSubscription(c, receiver) {
  channels[c].terminated[receiver] = true;
#if MUTANT != KEEPS_SUBSCRIPTION
  if
  :: channels[c].subscription == receiver -> channels[c].subscription = NONE
  :: else
  fi
#endif
}

inline acquire(c) { atomic { !channels[c].lock -> channels[c].lock = true } }

inline reply(event, how) {
  check("violated: answeredOnce\n", answer[event] == WAITS);
  answer[event] = how
}

inline schedule(c) {
  channels[c].isDraining = true;
  check("violated: oneBatchAtATime\n", !channels[c].scheduled);
  channels[c].scheduled = true;
  channels[c].overtaken = 0;
  tasks!c
}

/* NotificationChannel.scheduleBatch. Its first read of isDraining only saves a compare-and-set. */
inline scheduleBatch(c) {
  if
  :: channels[c].subscription == NONE
  :: channels[c].subscription != NONE ->
#if MUTANT == TESTS_THEN_SETS
     if
     :: !channels[c].isDraining -> atomic { schedule(c) }
     :: else
     fi
#else
     atomic {
       if
       :: !channels[c].isDraining -> schedule(c)
       :: else
       fi
     }
#endif
  fi
}

/* MpscEventQueue.offer, to `result`: its compare-and-set succeeds only on what it has read, so both are one step. */
inline offer(c, event) {
  atomic {
    if
#if MUTANT != OFFERS_WHEN_CLOSED
    :: channels[c].closed -> result = CLOSED
#endif
    :: (!channels[c].closed || MUTANT == OFFERS_WHEN_CLOSED) && size(c) >= CAPACITY + (MUTANT == ONE_TOO_MANY) ->
       result = FULL
    :: else ->
       index = channels[c].producerIndex;
       channels[c].producerIndex++;
       check("violated: capacityHolds\n", size(c) <= CAPACITY);
       result = ACCEPTED
    fi
  };
  if
  :: result == ACCEPTED ->
     atomic {
       check("violated: slotIsFree\n", channels[c].slots[index % CAPACITY] == NONE);
       channels[c].slots[index % CAPACITY] = event;
       undelivered++;
       index = 0
     }
  :: else
  fi
}

/* SenderQueue.admitNext. The senders are signalled after scheduleBatch; that they may go on earlier here hides nothing. */
inline admitNext(c) {
  acquire(c);
  admitted = 0;
#if MUTANT == COUNTS_TOO_EARLY
  channels[c].waitingSenders = 0;
#endif
  do
  :: admitted < channels[c].waitingCount ->
     offer(c, channels[c].waiting[admitted]);
     if
     :: result == ACCEPTED -> admitted++
     :: else -> break
     fi
  :: else -> break
  od;
  atomic {
    i = 0;
    do
    :: i < admitted -> reply(channels[c].waiting[i], DONE); i++
    :: else -> break
    od;
    i = 0;
    do
    :: i + admitted < channels[c].waitingCount ->
       channels[c].waiting[i] = channels[c].waiting[i + admitted]; i++
    :: else -> break
    od;
    do
    :: i < channels[c].waitingCount -> channels[c].waiting[i] = 0; i++
    :: else -> break
    od;
    channels[c].waitingCount = channels[c].waitingCount - admitted;
    channels[c].waitingSenders = channels[c].waitingCount;
    channels[c].lock = false;
    result = PENDING;
    i = 0
  };
  if
  :: admitted > 0 ->
     admitted = 0;
#if MUTANT != ADMITS_IN_SILENCE
     scheduleBatch(c)
#endif
  :: else
  fi
}

/* SenderQueue.enqueue: one step, for all it touches is guarded by the lock. */
inline enqueue(c, event) {
  atomic {
    !channels[c].lock;
    if
#if MUTANT != ENQUEUES_WHEN_CLOSED
    :: channels[c].closed -> answer[event] = REJECTED
#endif
    :: (!channels[c].closed || MUTANT == ENQUEUES_WHEN_CLOSED) && channels[c].waitingCount >= SENDER_CAPACITY ->
       answer[event] = REJECTED
    :: else ->
       channels[c].waiting[channels[c].waitingCount] = event;
       channels[c].waitingCount++;
       channels[c].waitingSenders = channels[c].waitingCount;
       answer[event] = WAITS;
       result = IN_QUEUE
    fi
  }
}

/* Sends its events without waiting for the answers, as a subscriber of `send` may; then waits for all of them. */
proctype Sender(byte me) {
  byte c = channelOf(me * EVENTS);
  byte sent, result, index, admitted, i;
  bool wasDraining;
  do
  :: sent < EVENTS ->
     /* NotificationChannel.admit */
#if MUTANT == OVERTAKES
     offer(c, me * EVENTS + sent);
#else
     if
     :: channels[c].waitingSenders == 0 -> offer(c, me * EVENTS + sent)
     :: channels[c].waitingSenders > 0 -> result = FULL
     fi;
#endif
     if
     :: result == ACCEPTED -> scheduleBatch(c)
     :: result == CLOSED -> answer[me * EVENTS + sent] = REJECTED
     :: result == FULL ->
#if MUTANT == LOOKS_BEFORE_IT_WAITS
        wasDraining = channels[c].isDraining;
        enqueue(c, me * EVENTS + sent);
        if
        :: result == IN_QUEUE && !wasDraining -> admitNext(c)
        :: else
        fi;
        wasDraining = false
#else
        enqueue(c, me * EVENTS + sent);
        if
#if MUTANT != WAITS_WITHOUT_A_LOOK
        :: result == IN_QUEUE && !channels[c].isDraining -> admitNext(c)
#endif
        :: else
        fi
#endif
     fi;
     atomic {
       if
       :: result == ACCEPTED -> answer[me * EVENTS + sent] = DONE
       :: else
       fi;
       result = PENDING;
       sent++
     }
  :: else -> break
  od;
  atomic { isAnswered(me * EVENTS) && isAnswered(me * EVENTS + EVENTS - 1) -> sendersDone++; sent = 0 }
}

/* What the properties say of one delivery of `event` to `current`. */
inline deliver(c) {
  check("violated: rejectedIsNotDelivered\n", answer[event] != REJECTED);
  check("violated: fifoPerSender\n", event % EVENTS >= nextOf[event / EVENTS]);
  nextOf[event / EVENTS] = event % EVENTS + 1;
  undelivered--;
#if TURNS
  if
  :: current == 1 ->
     check("violated: demandIsRespected\n", !channels[c].firstHasOne);
     channels[c].firstHasOne = true
  :: else
  fi;
#endif
#if CHANNELS > 1
  i = 0;
  do
  :: i < CHANNELS ->
     if
     :: i != c && channels[i].scheduled ->
        channels[i].overtaken++;
        check("violated: overtakingIsBounded\n", channels[i].overtaken <= BATCH * (CHANNELS - 1))
     :: else
     fi;
     i++
  :: else -> i = 0; break
  od;
#endif
  event = 0
}

/* The thread of the loop: runs the batches in the order in which they were scheduled. */
active proctype Loop() {
  byte c, current, count, event, result, index, admitted, i;
  bool due;
end:
  do
  :: atomic { tasks?c -> channels[c].scheduled = false; current = channels[c].subscription };
     /* NotificationChannel.drainBatch, ChannelSubscription.drainBatch */
     if
     :: current != NONE ->
        do
        :: atomic {
             event = channels[c].slots[channels[c].consumerIndex % CAPACITY];
             if
             :: (count >= BATCH && MUTANT != NO_BATCH_LIMIT) ||
                (count >= channels[c].demand[current] && MUTANT != IGNORES_DEMAND) ||
                channels[c].terminated[current] || event == NONE -> event = 0; break
             :: else ->
#if MUTANT != FREES_BEFORE_IT_CLEARS
                channels[c].slots[channels[c].consumerIndex % CAPACITY] = NONE;
#endif
                channels[c].consumerIndex++;
                count++;
                deliver(c)
             fi
           }
#if MUTANT == FREES_BEFORE_IT_CLEARS
           ; channels[c].slots[(channels[c].consumerIndex - 1) % CAPACITY] = NONE
#endif
        od;
        atomic {
          if
          :: channels[c].demand[current] != ALL && MUTANT != KEEPS_DEMAND && MUTANT != IGNORES_DEMAND ->
             channels[c].demand[current] = channels[c].demand[current] - count
          :: else
          fi;
          count = 0;
          if
          :: isDrained(c) && !channels[c].terminated[current] ->
             endSubscription(c, current);
             channels[c].completed = channels[c].completed || current == LAST_RECEIVER
          :: else
          fi
        }
     :: else
     fi;
#if MUTANT != NEVER_ADMITS
     /* While events flow, senders are admitted in groups. One read after the other. */
     if
     :: channels[c].waitingSenders > 0 ->
        current = channels[c].subscription;
        if
        :: size(c) <= CAPACITY / 2 || !isDeliverable(c, current) -> admitNext(c)
        :: else
        fi
     :: channels[c].waitingSenders == 0
     fi;
#endif
     channels[c].isDraining = false;
#if MUTANT != NO_RECHECK
     /* NotificationChannel.isBatchDue: one read after the other. */
     if
#if MUTANT != FORGETS_WAITING
     :: channels[c].waitingSenders > 0 -> due = hasRoom(c)
     :: channels[c].waitingSenders == 0
#endif
     :: MUTANT == FORGETS_WAITING
     fi;
     current = channels[c].subscription;
     due = due || (isDeliverable(c, current) && MUTANT != FORGETS_READY);
     if
     :: due || (isDrained(c) && MUTANT != FORGETS_DRAINED) -> due = false; scheduleBatch(c)
     :: else
     fi;
#endif
     atomic { current = 0; c = 0 }
  od
}

/* Receivers in turn: the first asks for one event and may cancel at any time; the last one asks for all later on. */
proctype Receivers(byte c) {
#if TURNS
  if
  :: c == 0 ->
     channels[c].subscription = 1;
     channels[c].demand[1] = 1;
     scheduleBatch(c);
     scheduleBatch(c);
     atomic {
       if
       :: channels[c].terminated[1]                           /* it saw the end */
       :: else -> endSubscription(c, 1)                       /* it cancels */
       fi
     }
  :: else
  fi;
#endif
  atomic { channels[c].subscription == NONE -> channels[c].subscription = LAST_RECEIVER };
#if MUTANT != ATTACHES_IN_SILENCE
  scheduleBatch(c);
#endif
#if ASKS
  channels[c].demand[LAST_RECEIVER] = ALL;
#if MUTANT != ASKS_IN_SILENCE
  scheduleBatch(c)
#endif
#endif
}

/* A sender may give up while it waits: NotificationChannel.onTimeout, or a cancelled subscription. */
proctype Timeout(byte event) {
  byte c = channelOf(event);
  byte i;
  if
  :: skip
  :: atomic {
       !channels[c].lock;
       do
       :: i < channels[c].waitingCount && channels[c].waiting[i] != event -> i++
       :: else -> break
       od;
       if
       :: i < channels[c].waitingCount ->
#if MUTANT != TIMES_OUT_IN_QUEUE
          do
          :: i + 1 < channels[c].waitingCount -> channels[c].waiting[i] = channels[c].waiting[i + 1]; i++
          :: else -> break
          od;
          channels[c].waiting[i] = 0;
          channels[c].waitingCount--;
          channels[c].waitingSenders = channels[c].waitingCount;
#endif
          reply(event, REJECTED)
       :: else
       fi;
       i = 0
     }
  fi
}

/* The loop stops: NotificationChannel.close, at any moment. */
proctype Closer(byte c) {
  byte i;
  acquire(c);
  channels[c].closed = true;
  atomic {
    do
    :: i < channels[c].waitingCount ->
#if MUTANT != FORGETS_ON_CLOSE
       reply(channels[c].waiting[i], REJECTED);
#endif
       channels[c].waiting[i] = 0;
       i++
    :: else -> break
    od;
    channels[c].waitingCount = 0;
    channels[c].waitingSenders = 0;
    channels[c].lock = false;
    i = 0
  };
#if MUTANT != CLOSES_IN_SILENCE
  scheduleBatch(c)
#endif
}

init {
  byte n, k;
  atomic {
    do
    :: n < CHANNELS ->
       channels[n].subscription = NONE;
       k = 0;
       do
       :: k < CAPACITY -> channels[n].slots[k] = NONE; k++
       :: else -> break
       od;
       run Receivers(n);
#ifdef CLOSING
       run Closer(n);
#endif
       n++
    :: else -> break
    od;
    n = 0;
    do
    :: n < SENDERS -> run Sender(n); n++
    :: else -> break
    od;
#ifdef TIMEOUTS
    run Timeout(0);
#endif
    n = 0;
    k = 0
  }
}

#include "formulas.pml"
ltl closedAndEmptyCompletes { [] (isDrained(0) -> <> channels[0].completed) }
ltl stopDrains { [] (channels[0].closed -> <> channels[0].completed) }
