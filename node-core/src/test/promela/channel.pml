/*
 * Model of the event loop's channels: NotificationChannel, MpscEventQueue, SenderQueue and ChannelSubscription on one
 * loop thread. Variables have the names of the fields. A step of the model is one access to a shared field, or several of
 * which no other thread can see the difference.
 *
 * Safety, and that no sender waits for ever:
 *   spin -a -DSENDERS=3 -DEVENTS=1 -DCHANNELS=1 -DTURNS=1 channel.pml
 *   gcc -O2 -w -DCOLLAPSE -DNOCLAIM -DSAFETY -DVECTORSZ=4096 -o pan pan.c && ./pan -m2000000 -w26
 * Liveness under weak fairness, for each formula at the end of this file:
 *   spin -a -DSENDERS=2 -DEVENTS=1 -DCHANNELS=1 -DTURNS=1 -DCLOSING -DTIMEOUTS channel.pml
 *   gcc -O2 -w -DCOLLAPSE -DNFAIR=8 -DVECTORSZ=4096 -o pan pan.c && ./pan -a -f -m4000000 -w26 -N acceptedIsDelivered
 *
 * Parameters: SENDERS, CHANNELS, EVENTS a sender, CAPACITY of an event queue, SENDER_CAPACITY of a sender queue, BATCH;
 * TURNS=1 for two receivers in turn, CLOSING and TIMEOUTS if defined. MUTANT=1 to 7 switches one deliberate fault on.
 */
#ifndef SENDERS
#define SENDERS 3
#endif
#ifndef CHANNELS
#define CHANNELS 2
#endif
#ifndef EVENTS
#define EVENTS 2
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
#ifndef MUTANT
#define MUTANT 0
#endif

#define NONE 255
#define LAST_RECEIVER 2
#define ALL 100                 /* unbounded demand: Long.MAX_VALUE */
#define channelOf(s) (s % CHANNELS)

/* How a send ends, as OfferResult; IN_QUEUE stands for WAITING. */
#define PENDING 0
#define ACCEPTED 1
#define FULL 2
#define CLOSED 3
#define IN_QUEUE 4

typedef Channel {
  /* MpscEventQueue */
  byte slots[CAPACITY];         /* sender of the event, or NONE */
  byte producerIndex;
  bool closed;
  byte consumerIndex;
  /* SenderQueue */
  bool lock;
  byte waiting[SENDERS];        /* senders, first in first out */
  byte waitingCount;            /* senders.size(), read under the lock */
  byte waitingSenders;          /* the volatile copy */
  /* NotificationChannel */
  bool isDraining;
  byte subscription;            /* number of the receiver, or NONE */
  /* ChannelSubscription, by receiver */
  byte demand[LAST_RECEIVER + 1];
  bool terminated[LAST_RECEIVER + 1];
  bool completed;               /* a receiver saw onComplete */
  bool scheduled;               /* a batch waits in `tasks` */
  byte overtaken;               /* events of other channels since the batch was scheduled */
}
Channel channels[CHANNELS];

/* The scheduler of the loop thread: first in, first out. A channel has at most one batch in it. */
chan tasks = [CHANNELS] of { byte };

/* What the properties speak of. */
byte answer[SENDERS];           /* how the send under way ended */
byte accepted[SENDERS];         /* events accepted */
byte delivered[SENDERS];        /* events delivered */
byte sendersDone;

#define isReady(c) (channels[c].slots[channels[c].consumerIndex % CAPACITY] != NONE)
#define hasRoom(c) (!channels[c].closed && channels[c].producerIndex - channels[c].consumerIndex < CAPACITY)
#define isDrained(c) (channels[c].closed && channels[c].producerIndex == channels[c].consumerIndex)

/* ChannelSubscription.terminate, and the callback that frees the channel for the next receiver. */
inline endSubscription(c, receiver) {
  channels[c].terminated[receiver] = true;
  if
  :: channels[c].subscription == receiver -> channels[c].subscription = NONE
  :: else -> skip
  fi
}

inline acquire(c) { atomic { !channels[c].lock -> channels[c].lock = true } }

/* NotificationChannel.scheduleBatch. Its first read of isDraining only saves a compare-and-set. */
inline scheduleBatch(c) {
  if
  :: channels[c].subscription == NONE -> skip
  :: channels[c].subscription != NONE ->
     atomic {
       if
       :: !channels[c].isDraining ->
          channels[c].isDraining = true;
          channels[c].scheduled = true;
          channels[c].overtaken = 0;
          tasks!c
       :: else -> skip
       fi
     }
  fi
}

/* MpscEventQueue.offer, to `result`: its compare-and-set succeeds only on what it has read, so both are one step. */
inline offer(c, s) {
  atomic {
    if
    :: channels[c].closed -> result = CLOSED
    :: !channels[c].closed && channels[c].producerIndex - channels[c].consumerIndex >= CAPACITY -> result = FULL
    :: else ->
       index = channels[c].producerIndex;
       channels[c].producerIndex++;
       result = ACCEPTED
    fi
  };
  if
  :: result == ACCEPTED ->
     atomic {
       assert(channels[c].slots[index % CAPACITY] == NONE);
       channels[c].slots[index % CAPACITY] = s;
       accepted[s]++;
       index = 0
     }
  :: else -> skip
  fi
}

/* SenderQueue.admitNext; the signals of the admitted senders follow when the lock is released. */
inline admitNext(c) {
  acquire(c);
  admitted = 0;
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
    :: i < admitted -> answer[channels[c].waiting[i]] = ACCEPTED; i++
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
     scheduleBatch(c)
  :: else -> skip
  fi
}

proctype Sender(byte me) {
  byte c = channelOf(me);
  byte sent, result, index, admitted, i;
  do
  :: sent < EVENTS ->
     /* NotificationChannel.admit */
     if
     :: channels[c].waitingSenders == 0 -> offer(c, me)
     :: channels[c].waitingSenders > 0 -> result = FULL
     fi;
     if
     :: result == ACCEPTED -> answer[me] = ACCEPTED; scheduleBatch(c)
     :: result == CLOSED -> answer[me] = CLOSED
     :: result == FULL ->
        /* SenderQueue.enqueue: one step, for all it touches is guarded by the lock. */
        atomic {
          !channels[c].lock;
          if
          :: channels[c].closed -> answer[me] = CLOSED
          :: !channels[c].closed && channels[c].waitingCount >= SENDER_CAPACITY -> answer[me] = FULL
          :: else ->
             channels[c].waiting[channels[c].waitingCount] = me;
             channels[c].waitingCount++;
             channels[c].waitingSenders = channels[c].waitingCount;
             result = IN_QUEUE
          fi
        };
        if
#if MUTANT != 3
        :: result == IN_QUEUE && !channels[c].isDraining -> admitNext(c)
#endif
        :: else -> skip
        fi
     fi;
     atomic { answer[me] != PENDING -> answer[me] = PENDING; sent++; result = PENDING }
  :: else -> break
  od;
  sendersDone++
}

/* The thread of the loop: runs the batches in the order in which they were scheduled. */
active proctype Loop() {
  byte c, current, count, event, result, index, admitted, i;
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
             :: count >= BATCH || count >= channels[c].demand[current] || channels[c].terminated[current] || event == NONE -> event = 0; break
             :: else ->
                channels[c].slots[channels[c].consumerIndex % CAPACITY] = NONE;
                channels[c].consumerIndex++;
                count++;
                delivered[event]++;
                assert(delivered[event] <= accepted[event]);
                event = 0;
                do
                :: i < CHANNELS ->
                   if
                   :: i != c && channels[i].scheduled ->
                      channels[i].overtaken++;
                      assert(channels[i].overtaken <= BATCH * (CHANNELS - 1))
                   :: else -> skip
                   fi;
                   i++
                :: else -> i = 0; break
                od
             fi
           }
        od;
        atomic {
          if
          :: channels[c].demand[current] != ALL ->
             channels[c].demand[current] = channels[c].demand[current] - count
          :: else -> skip
          fi;
          count = 0;
          if
          :: isDrained(c) && !channels[c].terminated[current] -> endSubscription(c, current); channels[c].completed = true
          :: else -> skip
          fi
        }
     :: else -> skip
     fi;
#if MUTANT != 2
     if
     :: channels[c].waitingSenders > 0 -> admitNext(c)
     :: channels[c].waitingSenders == 0 -> skip
     fi;
#endif
     channels[c].isDraining = false;
#if MUTANT != 1
     /* isBatchDue: one read after the other. */
     current = channels[c].subscription;
     if
     :: current != NONE && isReady(c) && channels[c].demand[current] > 0 && !channels[c].terminated[current] ->
        scheduleBatch(c)
     :: else ->
        if
        :: channels[c].waitingSenders > 0 && hasRoom(c) -> scheduleBatch(c)
        :: else ->
           if
           :: isDrained(c) -> scheduleBatch(c)
           :: else -> skip
           fi
        fi
     fi;
#endif
     current = 0;
     c = 0
  od
}

/* Receivers in turn: the first asks for one event and may cancel at any time; the second takes all. */
proctype Receivers(byte c) {
#if TURNS
  channels[c].subscription = 1;
  scheduleBatch(c);
  channels[c].demand[1] = 1;
  scheduleBatch(c);
  atomic {
    if
    :: channels[c].terminated[1] -> goto done     /* it saw the end */
    :: else -> endSubscription(c, 1)                          /* it cancels */
    fi
  };
#endif
  channels[c].subscription = 2;
#if MUTANT != 4
  scheduleBatch(c);
#endif
  channels[c].demand[2] = ALL;
#if MUTANT != 5
  scheduleBatch(c);
#endif
done:
  skip
}

/* A sender may give up while it waits: NotificationChannel.onTimeout, or a cancelled subscription. */
proctype Timeout(byte me) {
  byte c = channelOf(me);
  byte i;
  if
  :: skip
  :: atomic {
       !channels[c].lock;
       do
       :: i < channels[c].waitingCount && channels[c].waiting[i] != me -> i++
       :: else -> break
       od;
       if
       :: i < channels[c].waitingCount ->
          do
          :: i + 1 < channels[c].waitingCount -> channels[c].waiting[i] = channels[c].waiting[i + 1]; i++
          :: else -> break
          od;
          channels[c].waiting[i] = 0;
          channels[c].waitingCount--;
          channels[c].waitingSenders = channels[c].waitingCount;
          answer[me] = FULL
       :: else -> skip
       fi;
       i = 0
     }
  fi
}

#ifdef CLOSING
/* The loop stops: NotificationChannel.close, at any moment. */
proctype Closer(byte c) {
  byte i;
  acquire(c);
  channels[c].closed = true;
  atomic {
    i = 0;
    do
    :: i < channels[c].waitingCount ->
#if MUTANT != 6
       answer[channels[c].waiting[i]] = CLOSED;
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
#if MUTANT != 7
  scheduleBatch(c)
#endif
}
#endif

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

ltl acceptedIsDelivered { [] ((accepted[0] > delivered[0]) -> <> (accepted[0] == delivered[0])) }
ltl everySendIsAnswered { <> (sendersDone == SENDERS) }
#ifdef CLOSING
ltl stopDrains { <> channels[0].completed }
#endif
