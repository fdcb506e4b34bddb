/*
 * Model of LoopThread, on which the batches of channel.pml run: senders add tasks without a lock, the thread parks while
 * there are none, and it may be told to run what it has accepted and to end (`drain`). Variables have the names of the
 * fields; `permit` is what LockSupport.unpark leaves for the next park. MUTANT: one deliberate fault, see mutants.pml.
 */
#ifndef SENDERS
#define SENDERS 3
#endif
#include "mutants.pml"

bool tasks[SENDERS];            /* a task of each sender; their order is of no account here */
byte waiting;                   /* number of tasks in `tasks` */
bool parked;
bool permit;
bool accepting = true;          /* state is RUNNING */
bool atRest;                    /* the thread is parked, or has ended */
byte undelivered;               /* tasks that add() has accepted, and that have not run */
bool ran[SENDERS];
byte sendersDone;

/* The thread finds a task, takes it out of the queue and runs it. */
inline poll() {
  atomic {
    found = false;
    i = 0;
    do
    :: i < SENDERS && !tasks[i] -> i++
    :: else -> break
    od;
    if
    :: i < SENDERS ->
       tasks[i] = false;
       waiting--;
       found = true;
       if
       :: accepted[i] -> undelivered--
       :: else
       fi;
       ran[i] = true
    :: else
    fi;
    i = 0
  }
}

bool accepted[SENDERS];

/* LoopThread.add and wake. */
proctype Sender(byte me) {
  bool wasParked;
  bool removed;
  if
  :: accepting ->
#if MUTANT == LOOKS_BEFORE_IT_ADDS
     wasParked = parked;
#endif
     atomic { tasks[me] = true; waiting++ };
     if
     :: accepting
     :: !accepting ->
        atomic {
          if
          :: tasks[me] -> tasks[me] = false; waiting--; removed = true
          :: else
          fi
        }
     fi;
     if
     :: removed
     :: !removed ->
#if MUTANT != LOOKS_BEFORE_IT_ADDS
        wasParked = parked;
#endif
        if
        :: wasParked -> permit = true
        :: else
        fi;
        /* add() returns true: the task must have run, or run later. */
        atomic {
          accepted[me] = true;
          if
          :: ran[me]
          :: else -> undelivered++
          fi
        }
     fi
  :: !accepting
  fi;
  atomic { wasParked = false; removed = false; sendersDone++ }
}

/* LoopThread.run and awaitTask. */
active proctype Loop() {
  bool found;
  byte i;
  do
  :: poll();
     if
     :: found
     :: !found && accepting ->
#if MUTANT != PARKS_BEFORE_IT_SAYS_SO
        parked = true;
#endif
        if
#if MUTANT == PARKS_WITHOUT_A_LOOK
        :: true ->
#else
        :: waiting == 0 && accepting ->
#endif
#if MUTANT == PARKS_BEFORE_IT_SAYS_SO
           parked = true;
#endif
           atRest = true;
           atomic { permit -> permit = false; atRest = false }
#if MUTANT != PARKS_WITHOUT_A_LOOK
        :: else
#endif
        fi;
        parked = false
     :: !found && !accepting ->
        if
        :: waiting == 0 -> break
        :: else
        fi
     fi
  od;
#if MUTANT == CLEARS_AT_THE_END
  atomic {
    do
    :: i < SENDERS -> tasks[i] = false; i++
    :: else -> break
    od;
    waiting = 0;
    i = 0
  };
#endif
  atRest = true
}

#ifdef CLOSING
/* LoopThread.drain. */
active proctype Drain() {
  accepting = false;
  permit = true
}
#endif

init {
  byte n;
  atomic {
    do
    :: n < SENDERS -> run Sender(n); n++
    :: else -> break
    od;
    n = 0
  }
}

#include "formulas.pml"
