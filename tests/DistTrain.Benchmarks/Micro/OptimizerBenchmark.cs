using BenchmarkDotNet.Attributes;
using DistTrain.Training.Buffers;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;

namespace DistTrain.Benchmarks.Micro;

/// <summary>One update of LeNet-5's 61,706 parameters by each of the server's optimizers, without penalties and with L2, and the squares that clipping needs.</summary>
public class OptimizerBenchmark
{
    private readonly SharedBuffer gradient = Vectors.Uniform(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer weights = Vectors.Uniform(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer first = Vectors.Zeros(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer second = Vectors.Zeros(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer updated = Vectors.Zeros(LeNet5.Modern.Layout.Count);
    private readonly NormTree squares = new();
    private IOptimizer optimizer = null!;
    private long update;

    [Params(OptimizerCatalog.Adam, OptimizerCatalog.NAdam, OptimizerCatalog.Sgd, OptimizerCatalog.Momentum, OptimizerCatalog.Nesterov, OptimizerCatalog.RmsProp)]
    public string Name { get; set; } = "";

    [Params(0, 5e-4)]
    public double L2 { get; set; }

    [GlobalSetup]
    public void SetUp() => optimizer = new JobSpec { Optimizer = Name, L2 = L2 }.NewOptimizer();

    [Benchmark]
    public void Update()
    {
        optimizer.Begin(++update, 1e-3, 64);
        optimizer.Apply(new UpdateBlock
        {
            Weights = weights.Values, GradientSum = gradient.Values, FirstMoment = first.Floats, SecondMoment = second.Floats, Updated = updated.Floats,
        });
    }

    [Benchmark]
    public double Squares()
    {
        squares.Clear();
        squares.Add(gradient.Values, 0);
        return squares.Sum;
    }
}
