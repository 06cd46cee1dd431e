package beacon.views;

class MemoryKeyValuesTest extends KeyValuesContract {
    @Override
    protected KeyValues open() {
        return new MemoryKeyValues();
    }
}
