package dev.tributary.app.contract;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Parses the command-line names of {@link StandardContract}. */
final class StandardContractConverter implements ITypeConverter<StandardContract> {

    @Override
    public StandardContract convert(String name) {
        try {
            return StandardContract.named(name);
        } catch (IllegalArgumentException unknown) {
            throw new TypeConversionException(unknown.getMessage());
        }
    }
}
