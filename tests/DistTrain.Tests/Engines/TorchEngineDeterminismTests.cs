using DistTrain.Tests.Reference;
using DistTrain.Training.Data;
using DistTrain.Training.Engines;
using DistTrain.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Tests.Engines;

public sealed class TorchEngineDeterminismTests
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 7, 16, 31, 64, 100, 128, 255, 256];

    private readonly EngineFactory engines = new("torch", threads: 1);
    private readonly LabelledImages images = RandomImages.Make(256, seed: 4);

    [Theory]
    [InlineData("lenet5", "modern")]
    [InlineData("lenet5", "classic")]
    [InlineData("mlp:784-65-10", "modern")]
    public async Task Engines_on_two_threads_and_made_again_give_the_same_bits(string name, string variant)
    {
        ModelDescription model = ModelCatalog.Find(name, variant);
        Task<List<float>> ascending = OnItsOwnThread(() => Gradients(model, Sizes, unalignedBy: 0));
        Task<List<float>> shifted = OnItsOwnThread(() => Gradients(model, Sizes, unalignedBy: 1));
        List<float> expected = await ascending;

        Assert.Equal(expected, await shifted);

        // Another order of batch sizes reaches every size with other memory and other cached kernels.
        List<float> descending = await OnItsOwnThread(() => Gradients(model, [.. Sizes.Reverse()], unalignedBy: 3));
        int length = expected.Count / Sizes.Length;
        for (int i = 0; i < Sizes.Length; i++)
        {
            Assert.Equal(expected.Slice(i * length, length), descending.Slice((Sizes.Length - 1 - i) * length, length));
        }
    }

    [Fact]
    public async Task Engine_handed_to_another_thread_gives_the_same_bits()
    {
        using IGradientEngine engine = engines.Create(LeNet5.Modern);
        float[] weights = new float[engine.ParameterCount];
        LeNet5.Modern.Initialise(2, weights);
        float[] Compute()
        {
            float[] gradient = new float[weights.Length];
            engine.ComputeGradient(weights, RandomImages.Batch(images, [.. Enumerable.Range(0, 100)]), gradient);
            return gradient;
        }

        float[] here = Compute();

        Assert.Equal(here, await OnItsOwnThread(Compute));
        Assert.Equal(here, Compute());
    }

    /// <summary>The engine prepares the thread that calls it, and no other.</summary>
    [Fact]
    public async Task Backward_runs_on_the_thread_that_asked()
    {
        var seen = new List<Thread>();
        Thread caller = await OnItsOwnThread(() =>
        {
            using var scope = torch.NewDisposeScope();
            using var input = torch.ones(1, ScalarType.Float32).requires_grad_(true);
            ThreadNote.apply(input, seen).sum().backward();
            return Thread.CurrentThread;
        });

        Assert.Equal([caller], seen);
    }

    /// <summary>The gradient, loss and count of one batch of each size, with spans off alignment by so many floats.</summary>
    private List<float> Gradients(ModelDescription model, int[] sizes, int unalignedBy)
    {
        using IGradientEngine engine = engines.Create(model);
        float[] weights = new float[model.Layout.Count + unalignedBy];
        model.Initialise(3, weights.AsSpan(unalignedBy));
        var all = new List<float>();
        foreach (int size in sizes)
        {
            float[] gradient = new float[weights.Length];
            Batch batch = RandomImages.Batch(images, [.. Enumerable.Range(0, size)]);
            GradientResult result = engine.ComputeGradient(weights.AsSpan(unalignedBy), batch, gradient.AsSpan(unalignedBy));
            all.AddRange(gradient.AsSpan(unalignedBy).ToArray());
            all.Add((float)result.LossSum);
            all.Add(result.Correct);
            Assert.Equal(result, engine.Evaluate(weights.AsSpan(unalignedBy), batch));
        }

        return all;
    }

    /// <summary>y = x, noting in the second argument which thread computes the gradient.</summary>
    private sealed class ThreadNote : torch.autograd.SingleTensorFunction<ThreadNote>
    {
        public override string Name => nameof(ThreadNote);

        public override Tensor forward(torch.autograd.AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("seen", vars[1]);
            return ((Tensor)vars[0]).clone();
        }

        public override List<Tensor> backward(torch.autograd.AutogradContext ctx, Tensor grad_output)
        {
            ((List<Thread>)ctx.get_data("seen")).Add(Thread.CurrentThread);
            return [grad_output.clone(), null!];
        }
    }

    private static Task<T> OnItsOwnThread<T>(Func<T> compute) =>
        Task.Factory.StartNew(compute, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
