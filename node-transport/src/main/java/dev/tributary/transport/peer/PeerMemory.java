package dev.tributary.transport.peer;

import dev.tributary.core.limit.MemoryBudget;
import dev.tributary.core.limit.MemoryPlan;
import dev.tributary.core.limit.MemoryUse;
import java.util.List;

/**
 * The memory that all links of a transport may use together. A peer has one share of each budget, whatever the number
 * of its links.
 *
 * @param incoming large messages from their announcement until the node has taken them over
 * @param answers messages that wait to be sent
 * @param briefAnswers brief messages that wait to be sent
 */
record PeerMemory(MemoryBudget incoming, MemoryBudget answers, MemoryBudget briefAnswers) {

    static PeerMemory of(MemoryPlan plan) {
        return new PeerMemory(
                plan.budget(MemoryUse.INCOMING), plan.budget(MemoryUse.ANSWERS), plan.budget(MemoryUse.BRIEF_ANSWERS));
    }

    List<MemoryBudget> budgets() {
        return List.of(incoming, answers, briefAnswers);
    }
}
