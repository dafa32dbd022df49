using System.Runtime.InteropServices;
using DistTrain.Tests.Reference;
using DistTrain.Training.Engines;
using DistTrain.Training.Models;
using TorchSharp;

namespace DistTrain.Tests.Engines;

[Collection(nameof(LibtorchAlone))]
public sealed partial class TorchEngineMemoryTests
{
    /// <summary>Max-pool and step are functions of our own; the loss makes targets of the labels.</summary>
    [Theory]
    [InlineData(ActivationKind.Relu, LossKind.CrossEntropy)]
    [InlineData(ActivationKind.Step, LossKind.BinaryCrossEntropy)]
    public void Thousand_steps_leave_live_tensors_and_native_memory_flat(ActivationKind activation, LossKind loss)
    {
        ModelDescription model = ModelCatalog.Find("lenet5", new NetworkOptions { Activation = activation, Loss = loss });
        using IGradientEngine engine = new EngineFactory("torch", 1).Create(model);
        float[] weights = new float[engine.ParameterCount];
        float[] gradient = new float[engine.ParameterCount];
        LeNet5.Modern.Initialise(1, weights);
        var large = RandomImages.Batch(5, seed: 1);
        var small = RandomImages.Batch(3, seed: 2);
        void Steps(int count)
        {
            for (int i = 0; i < count; i++)
            {
                engine.ComputeGradient(weights, i % 10 == 0 ? small : large, gradient);
                engine.Evaluate(weights, small);
            }
        }

        Steps(50);
        const long Flat = 5_000;
        long tensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var growth = new List<long>();
        for (int round = 0; round < 5 || (round < 30 && growth.Min(Math.Abs) > Flat); round++)
        {
            long before = NativeBytesInUse();
            Steps(200);
            growth.Add(NativeBytesInUse() - before);
        }

        Assert.Equal(tensors, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        // The runtime's compiler works in the same heap, the more the busier the machine, so some rounds are not flat;
        // with one object of 64 bytes lost at every step (13 kB a round) none would be.
        Assert.InRange(growth.Min(Math.Abs), 0, Flat);
    }

    [Fact]
    public void Engine_disposed_gives_its_tensors_back()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        IGradientEngine engine = new EngineFactory("torch", 1).Create(LeNet5.Classic);
        float[] weights = new float[engine.ParameterCount];
        engine.ComputeGradient(weights, RandomImages.Batch(2, seed: 1), new float[engine.ParameterCount]);
        Assert.NotEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        engine.Dispose();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Engine_made_inside_a_dispose_scope_outlives_it()
    {
        IGradientEngine engine;
        using (torch.NewDisposeScope())
        {
            engine = new EngineFactory("torch", 1).Create(LeNet5.Modern);
        }

        using (engine)
        {
            GradientResult result = engine.Evaluate(new float[engine.ParameterCount], RandomImages.Batch(2, seed: 1));
            Assert.Equal(2 * Math.Log(10), result.LossSum, 1e-5);
        }
    }

    private static long NativeBytesInUse()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Native memory in use is counted through glibc.");
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        MallocInfo info = Mallinfo2();
        return (long)(info.InUse + info.Mapped);
    }

    [LibraryImport("libc", EntryPoint = "mallinfo2")]
    private static partial MallocInfo Mallinfo2();

    /// <summary>struct mallinfo2 of malloc.h: uordblks and hblkhd are what callers hold.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MallocInfo
    {
        public nuint Arena;
        public nuint Free;
        public nuint FreeFast;
        public nuint MappedCount;
        public nuint Mapped;
        public nuint MaximumUsed;
        public nuint FreeFastBytes;
        public nuint InUse;
        public nuint FreeBytes;
        public nuint KeepCost;
    }
}
