/*
 * The predecessor's loop: it waits for the first of several sources, and one of these is itself a wait for the first of
 * several, with a limit of time around it. Every iteration builds its waits anew and drops the former ones, and a dropped
 * wait takes the wake-ups with it that were registered in it: a source keeps a registered wake-up until it is used, and does
 * not see that nothing listens any more. NestedWaitLoop in core.loop is the same design in Java.
 *
 * Parameters: SENDERS of one PUT each, CAPACITY of the channel, HANDSHAKES of other peers. REPAIR: 0 none; 1 the channel is
 * asked first, not in random order; 2 one flat wait without a limit, built anew in every iteration; 3 a channel of its own
 * whose receiver polls.
 */
#ifndef SENDERS
#define SENDERS 3
#endif
#ifndef CAPACITY
#define CAPACITY 2
#endif
#ifndef HANDSHAKES
#define HANDSHAKES 0
#endif
#ifndef REPAIR
#define REPAIR 0
#endif

#define CHANNEL 0               /* the sources: PUTs and replies for the loop */
#define INBOUND 1
#define OUTBOUND 2
#define SOURCES 3

/* Which wait a source wakes. */
#define NONE 0
#define OUTER 1
#define INNER 2
#define DROPPED 3

typedef Mailbox { byte events; byte registered }
Mailbox mailboxes[SOURCES];
bool woken;
bool parked;
bool limited = (REPAIR < 2);    /* a handshake is under way, and the wait for it has a limit */
byte undelivered;
byte sendersDone;
#define atRest (parked)

/* A source gets an event, and uses its registered wake-up. */
inline put(source) {
  mailboxes[source].events++;
  undelivered++;
  if
  :: mailboxes[source].registered == NONE && REPAIR != 3 -> printf("  no wake-up is registered: the loop sleeps on\n")
  :: mailboxes[source].registered == DROPPED -> printf("  its wake-up goes to a wait that was dropped: the loop sleeps on\n")
  :: mailboxes[source].registered == OUTER || mailboxes[source].registered == INNER ->
     printf("  its wake-up wakes the loop\n");
     woken = true
  :: else
  fi;
  mailboxes[source].registered = NONE
}

/* A wait ends: what was registered in it wakes nothing any more. */
inline drop(wait) {
  i = 0;
  do
  :: i < SOURCES ->
     if
     :: mailboxes[i].registered == wait -> mailboxes[i].registered = DROPPED
     :: else
     fi;
     i++
  :: else -> i = 0; break
  od
}

/* Asks a source for its next event; an empty source keeps the wake-up of the wait, unless it keeps one already. */
inline next(source, wait) {
  atomic {
    if
    :: found -> skip
    :: !found && mailboxes[source].events > 0 ->
       mailboxes[source].events--;
       undelivered--;
       found = true;
       printf("loop handles an event of source %d\n", source)
    :: !found && mailboxes[source].events == 0 ->
       if
       :: mailboxes[source].registered == NONE && REPAIR != 3 -> mailboxes[source].registered = wait
       :: else
       fi
    fi
  }
}

inline nextOfHandshakes() {
#if REPAIR < 2
  next(INBOUND, INNER);
  next(OUTBOUND, INNER)
#else
  next(INBOUND, OUTER);
  next(OUTBOUND, OUTER)
#endif
}

active proctype Loop() {
  bool found;
  byte i;
  do
  ::
#if REPAIR == 0
     if
     :: next(CHANNEL, OUTER); nextOfHandshakes()
     :: nextOfHandshakes(); next(CHANNEL, OUTER)
     fi;
#else
     next(CHANNEL, OUTER);
     nextOfHandshakes();
#endif
#if REPAIR != 3
     if
     :: found
     :: !found && !woken ->
        parked = true;
        printf("loop parks\n");
        atomic { woken -> parked = false }
     :: !found && woken
     fi;
     atomic {
       drop(OUTER);
       drop(INNER);
       woken = false
     };
#endif
     found = false
  od
}

/* The limit of the inner wait, once: the wait for a handshake that does not come. */
active proctype Limit() {
  byte i;
end:
  atomic {
    limited && parked ->
    limited = false;
    printf("inner wait cancelled by its timeout, its wake-ups go with it\n");
    drop(INNER);
    woken = true
  }
}

active [SENDERS] proctype Sender() {
  if
  :: mailboxes[CHANNEL].events < CAPACITY
  :: mailboxes[CHANNEL].events >= CAPACITY -> printf("the channel is full: a sender waits\n")
  fi;
  atomic {
    mailboxes[CHANNEL].events < CAPACITY ->
    printf("sender's PUT accepted\n");
    put(CHANNEL);
    sendersDone++
  }
}

active proctype Peer() {
  byte n;
  do
  :: n < HANDSHAKES -> atomic { printf("a handshake arrives\n"); put(INBOUND); n++ }
  :: else -> break
  od
}

#include "formulas.pml"
