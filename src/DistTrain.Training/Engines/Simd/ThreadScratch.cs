namespace DistTrain.Training.Engines.Simd;

/// <summary>One scratch memory for each thread, whatever it is for: a thread that turns to other kernels lets go of the one before.</summary>
internal static class ThreadScratch
{
    [ThreadStatic]
    private static object? held;

    public static object? Held
    {
        get => held;
        set => held = value;
    }
}
