namespace DistTrain.Training.Lanes;

/// <summary>
/// One vector register of so many float32 values: in the simd engine the same value of so many samples, elsewhere so many weights or pixels. Every operation is element-wise and rounds
/// once, as IEEE 754 has it, so that a lane's result does not depend on how many lanes there are.
/// </summary>
internal unsafe interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Lanes in a vector, a power of two up to <see cref="Block.Samples"/>.</summary>
    static abstract int Count { get; }

    /// <summary>Registers for such vectors, 16 or 32. Kernels keep larger tiles of sums where there are 32.</summary>
    static abstract int Registers { get; }

    /// <summary>From <see cref="Count"/> floats at any address.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>From <see cref="Count"/> bytes at any address: whole numbers from 0 to 255.</summary>
    static abstract TSelf LoadBytes(byte* source);

    /// <summary>One value in all lanes.</summary>
    static abstract TSelf Of(float value);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>a b + c, rounded once, where b is read once and for this: one instruction, and no register, is enough.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, float* b, TSelf c);

    static abstract TSelf Sqrt(TSelf a);

    /// <summary>In each lane a where it is greater than b, else b: also where one of them is NaN, or both are zeros.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>In each lane <paramref name="yes"/> where a is greater than b, else <paramref name="no"/>. The comparison's mask stays where the processor has it.</summary>
    static abstract TSelf SelectGreater(TSelf a, TSelf b, TSelf yes, TSelf no);

    /// <summary>In each lane <paramref name="yes"/> where the mask is set, else <paramref name="no"/>.</summary>
    static abstract TSelf Select(TSelf mask, TSelf yes, TSelf no);

    /// <summary>2^n for whole numbers n from -126 to 127.</summary>
    static abstract TSelf PowerOfTwo(TSelf n);

    static abstract TSelf operator +(TSelf a, TSelf b);

    static abstract TSelf operator -(TSelf a, TSelf b);

    static abstract TSelf operator *(TSelf a, TSelf b);

    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>Bit by bit; with a mask, the value where it is set and zero elsewhere.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>A mask: all bits set where a is less than b. Not where one of them is NaN.</summary>
    static abstract TSelf operator <(TSelf a, TSelf b);

    /// <summary>A mask: all bits set where a is greater than b. Not where one of them is NaN.</summary>
    static abstract TSelf operator >(TSelf a, TSelf b);

    /// <summary>A mask: all bits set where a equals b.</summary>
    static abstract TSelf Same(TSelf a, TSelf b);

    void Store(float* target);

    /// <summary>To <see cref="Count"/> bytes at any address, where all lanes are whole numbers from 0 to 255.</summary>
    void StoreBytes(byte* target);
}
