using BenchmarkDotNet.Attributes;
using DistTrain.Training.Buffers;
using DistTrain.Training.Engines.Torch;
using DistTrain.Training.Models;
using DistTrain.Training.Optimizers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DistTrain.Benchmarks.Micro;

/// <summary>
/// One update of LeNet-5's 61,706 parameters: the server's optimizer against torch.optim.Adam, both on one thread, and against
/// a copy that reads and writes as many bytes as an update must: it reads weights, gradient and two moments, and writes weights
/// and moments, 7 x 4 x 61,706 bytes in all.
/// </summary>
public class AdamBenchmark
{
    private readonly Training.Optimizers.Adam adam = new(0.9, 0.999, 1e-8);
    private readonly SharedBuffer gradient = Vectors.Uniform(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer weights = Vectors.Uniform(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer first = Vectors.Zeros(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer second = Vectors.Zeros(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer updated = Vectors.Zeros(LeNet5.Modern.Layout.Count);
    private readonly SharedBuffer source = Vectors.Uniform(LeNet5.Modern.Layout.Count * 7 / 2);
    private readonly SharedBuffer target = Vectors.Zeros(LeNet5.Modern.Layout.Count * 7 / 2);
    private optim.Optimizer torchAdam = null!;
    private long update;

    [GlobalSetup]
    public void SetUp()
    {
        _ = new TorchRuntime(threads: 1);
        var parameters = new List<Parameter>();
        foreach (ParameterTensor parameter in LeNet5.Modern.Layout.Tensors)
        {
            long[] shape = [.. parameter.Shape.Select(size => (long)size)];
            var tensor = new Parameter(randn(shape));
            tensor.grad = randn(shape);
            parameters.Add(tensor);
        }

        torchAdam = optim.Adam(parameters, 1e-3);
    }

    [Benchmark]
    public void Server()
    {
        adam.Begin(++update, 1e-3, 64);
        adam.Apply(new UpdateBlock
        {
            Weights = weights.Values, GradientSum = gradient.Values, FirstMoment = first.Floats, SecondMoment = second.Floats, Updated = updated.Floats,
        });
    }

    [Benchmark]
    public void Copy() => source.Values.CopyTo(target.Floats);

    [Benchmark(Baseline = true)]
    public void Torch()
    {
        using DisposeScope scope = NewDisposeScope();
        torchAdam.step();
    }
}
