using DistTrain.Tests.Reference;
using DistTrain.Training.Engines;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Engines.Simd;

public sealed class SimdEngineAllocationTests
{
    [Theory]
    [InlineData("lenet5 Relu Maximum")]
    [InlineData("lenet5 Sigmoid Average")]
    [InlineData("mlp:784-33-7-10 Sigmoid")]
    [InlineData("mlp:784-65-33-10 Sigmoid 0.5")]
    [InlineData("lenet5 Relu Maximum below:2.3")]
    [InlineData("lenet5 Step Average MeanSquaredError")]
    [InlineData("mlp:784-65-11 LeakyRelu BinaryCrossEntropy 0.4")]
    public void Step_allocates_nothing(string name)
    {
        ModelDescription model = SimdModels.Find(name);
        float[] weights = SimdModels.Initial(model, seed: 1);
        float[] gradient = new float[weights.Length];
        using var simd = new SimdEngine(model);
        Batch[] batches = [RandomImages.Batch(70, seed: 1), RandomImages.Batch(3, seed: 2)];
        void Step()
        {
            foreach (Batch batch in batches)
            {
                simd.ComputeGradient(weights, batch, gradient);
                simd.Evaluate(weights, batch);
            }
        }

        // The runtime allocates now and then while it replaces first, quick code by better; the engine would at every step.
        var allocated = new List<long>();
        while (allocated.Count < 50 && !allocated.Contains(0))
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Step();
            allocated.Add(GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Contains(0, allocated);
    }
}
