/*
 * The thread of the loop (LoopThread): senders add tasks, the thread runs them in order and parks while there are none, and
 * a stop lets it run what was accepted. A step is one access to a shared field, as in channel.pml.
 *
 * Parameters: SENDERS of EVENTS tasks each; CLOSING: a stop at any moment. MUTANT switches on one of the faults in mutants.pml.
 */
#ifndef SENDERS
#define SENDERS 2
#endif
#ifndef EVENTS
#define EVENTS 1
#endif
#define TASKS (SENDERS * EVENTS)
#include "mutants.pml"

chan tasks = [TASKS] of { byte };
bool parked;
bool permit;                    /* of LockSupport: an unpark that came before its park */
bool accepting = true;          /* whether the state is RUNNING */
bool asleep;
bool ended;
bool wasRejected[TASKS];
byte undelivered;
byte sendersDone;
#define atRest (asleep || ended)

/* LoopThread.add */
proctype Sender(byte number) {
  byte event;
  byte task;
  bool sawParked;
  do
  :: event < EVENTS ->
     task = number * EVENTS + event;
     if
     :: !accepting -> wasRejected[task] = true
     :: else ->
        if
        :: MUTANT == READS_PARKED_FIRST -> sawParked = parked
        :: else
        fi;
        atomic { tasks ! task; undelivered++ };
        if
        :: (accepting || MUTANT == ACCEPTS_AFTER_THE_END) -> skip
        :: else ->
           atomic {
             if
             :: tasks ?? [eval(task)] ->
                tasks ?? eval(task);
                undelivered--;
                wasRejected[task] = true
             :: else
             fi
           }
        fi;
        if
        :: wasRejected[task] -> skip
        :: else ->
           if
           :: MUTANT != READS_PARKED_FIRST -> sawParked = parked
           :: else
           fi;
           if
           :: sawParked && MUTANT != NEVER_WAKES -> permit = true
           :: else
           fi
        fi
     fi;
     event++
  :: else -> break
  od;
  sendersDone++
}

/* LoopThread.run and awaitTask */
active proctype Loop() {
  byte task;
  bool found;
  do
  :: atomic {
       if
       :: tasks ? task -> found = true; undelivered--; assert(!wasRejected[task])
       :: empty(tasks) -> found = false
       fi
     };
     if
     :: found -> skip
     :: !found && accepting ->
        if
        :: MUTANT != PARKS_LATE -> parked = true
        :: else
        fi;
        if
        :: empty(tasks) || MUTANT == PARKS_WITHOUT_A_LOOK ->
           if
           :: accepting ->
              if
              :: MUTANT == PARKS_LATE -> parked = true
              :: else
              fi;
              asleep = true;
              atomic { permit -> permit = false; asleep = false }
           :: else
           fi
        :: else
        fi;
        parked = false
     :: !found && !accepting ->
        if
        :: empty(tasks) || MUTANT == ENDS_WITHOUT_A_LOOK -> break
        :: else
        fi
     fi
  od;
  ended = true
}

#ifdef CLOSING
/* LoopThread.drain */
active proctype Stop() {
  accepting = false;
  permit = true
}
#endif

init {
  byte i;
  atomic {
    do
    :: i < SENDERS -> run Sender(i); i++
    :: else -> break
    od
  }
}

#include "formulas.pml"
ltl stopDrains { [] (!accepting -> <> (ended && undelivered == 0)) }
