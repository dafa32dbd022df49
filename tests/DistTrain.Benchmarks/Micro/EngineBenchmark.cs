using BenchmarkDotNet.Attributes;
using DistTrain.Training.Buffers;
using DistTrain.Training.Data;
using DistTrain.Training.Data.Synthetic;
using DistTrain.Training.Engines;
using DistTrain.Training.Models;

namespace DistTrain.Benchmarks.Micro;

/// <summary>The gradient of one microbatch of 64 digits, with the batch filled before it, and filling and scaling alone.</summary>
public class EngineBenchmark
{
    private const int Microbatch = 64;

    private readonly float[] weights = new float[LeNet5.Modern.Layout.Count];
    private readonly SharedBuffer gradient = Vectors.Zeros(LeNet5.Modern.Layout.Count);
    private readonly int[] samples = [.. Enumerable.Range(0, Microbatch)];
    private ImageDataset data = null!;
    private Batch batch = null!;
    private IGradientEngine engine = null!;

    [Params(EngineFactory.SimdName, EngineFactory.TorchName)]
    public string Engine { get; set; } = EngineFactory.SimdName;

    [GlobalSetup]
    public void SetUp()
    {
        data = SyntheticDigits.Draw("synthetic:640", 640, CancellationToken.None);
        batch = new Batch(data.Train, data.Mean, data.StandardDeviation, Microbatch);
        engine = new EngineFactory(Engine, threads: 1).Create(LeNet5.Modern);
        LeNet5.Modern.Initialise(1, weights);
    }

    [GlobalCleanup]
    public void CleanUp() => engine.Dispose();

    [Benchmark]
    public void FillAndScale()
    {
        batch.Fill(data.Train, samples);
        batch.PrepareInputs();
    }

    [Benchmark]
    public GradientResult FillAndComputeGradient()
    {
        batch.Fill(data.Train, samples);
        return engine.ComputeGradient(weights, batch, gradient.Floats);
    }
}
