package dev.tributary.core.house;

import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IfTree;
import com.sun.source.tree.InstanceOfTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds decisions over the kinds of a sealed type that a switch expression could make exhaustive: two or more branches
 * of one if/else-if chain, or of nested conditional expressions, test one variable with {@code instanceof}. A branch
 * after one that returns or throws counts as its else-branch.
 */
final class InstanceofChains extends TreeScanner<@Nullable Void, SourceFile> {

    private final List<String> chains = new ArrayList<>();
    private final Set<Tree> innerConditionals = new HashSet<>();
    private final SealedTypes sealedTypes;

    private InstanceofChains(SealedTypes sealedTypes) {
        this.sealedTypes = sealedTypes;
    }

    /** The chains: for each its place, the variable and the number of branches that test it. */
    static List<String> of(List<SourceFile> files) {
        InstanceofChains found = new InstanceofChains(SealedTypes.of(files));
        files.forEach(file -> found.scan(file.unit(), file));
        return found.chains;
    }

    @Override
    public @Nullable Void visitBlock(BlockTree block, SourceFile file) {
        List<ExpressionTree> branches = new ArrayList<>();
        for (StatementTree statement : block.getStatements()) {
            boolean isChainOpen = statement instanceof IfTree branch && addBranches(branch, branches);
            if (!isChainOpen) {
                report(branches, file);
                branches.clear();
            }
        }
        report(branches, file);
        return super.visitBlock(block, file);
    }

    @Override
    public @Nullable Void visitConditionalExpression(ConditionalExpressionTree conditional, SourceFile file) {
        List<ExpressionTree> branches = new ArrayList<>();
        if (!innerConditionals.contains(conditional)) {
            Tree next = conditional;
            while (next instanceof ConditionalExpressionTree inner) {
                branches.add(inner.getCondition());
                innerConditionals.add(inner);
                next = inner.getFalseExpression();
            }
        }
        report(branches, file);
        return super.visitConditionalExpression(conditional, file);
    }

    /** Adds the conditions of the if/else-if; returns whether the next statement is a further branch. */
    private static boolean addBranches(IfTree first, List<ExpressionTree> branches) {
        StatementTree last = first;
        StatementTree next = first;
        while (next instanceof IfTree branch) {
            branches.add(branch.getCondition());
            last = branch.getThenStatement();
            next = branch.getElseStatement();
        }
        return next == null && isLeaving(last);
    }

    private static boolean isLeaving(StatementTree statement) {
        if (statement instanceof BlockTree block && !block.getStatements().isEmpty()) {
            return isLeaving(block.getStatements().get(block.getStatements().size() - 1));
        }
        return statement instanceof ReturnTree || statement instanceof ThrowTree;
    }

    private void report(List<ExpressionTree> branches, SourceFile file) {
        Map<String, Integer> tests = new TreeMap<>();
        branches.forEach(branch -> testedVariables(branch).forEach(variable -> tests.merge(variable, 1, Integer::sum)));
        tests.forEach((variable, count) -> {
            if (count > 1) {
                chains.add(file.place(branches.get(0)) + " " + variable + " " + count);
            }
        });
    }

    /** The variables whose kind the condition tests. */
    private Set<String> testedVariables(ExpressionTree condition) {
        Set<String> variables = new HashSet<>();
        new TreeScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void visitInstanceOf(InstanceOfTree test, @Nullable Void unused) {
                if (sealedTypes.isKind(typeOf(test))) {
                    variables.add(test.getExpression().toString());
                }
                return null;
            }
        }.scan(condition, null);
        return variables;
    }

    private static Tree typeOf(InstanceOfTree test) {
        return test.getPattern() instanceof BindingPatternTree pattern
                ? pattern.getVariable().getType()
                : test.getType();
    }
}
