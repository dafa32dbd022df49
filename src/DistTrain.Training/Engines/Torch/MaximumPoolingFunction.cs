using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Training.Engines.Torch;

/// <summary>
/// <see cref="MaximumPooling"/> as an operation that libtorch can differentiate: its own <c>max_pool2d</c> takes more
/// than 40 % of LeNet-5's forward pass.
/// </summary>
internal sealed class MaximumPoolingFunction : autograd.SingleTensorFunction<MaximumPoolingFunction>
{
    public override string Name => nameof(MaximumPoolingFunction);

    public override unsafe Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x_NCHW = (Tensor)vars[0];
        long[] shape = x_NCHW.shape;
        int height = (int)shape[2];
        int width = (int)shape[3];
        if (height % 2 != 0 || width % 2 != 0)
        {
            throw new NotSupportedException($"Pooling of 2 x 2 needs planes of even sizes, not {height} x {width}.");
        }

        long[] pooled = [shape[0], shape[1], height / 2, width / 2];
        Tensor largest = empty(pooled, ScalarType.Float32);
        Tensor winners = empty(pooled, ScalarType.Int32);
        MaximumPooling.Forward((float*)Memory(x_NCHW), (float*)Memory(largest), (int*)Memory(winners), shape[0] * shape[1], height, width);
        ctx.save_for_backward([winners]);
        return largest;
    }

    public override unsafe List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Tensor winners = ctx.get_saved_variables()[0];
        Tensor gradient = grad_output.contiguous();
        long[] shape = gradient.shape;
        int height = (int)shape[2] * 2;
        int width = (int)shape[3] * 2;
        Tensor result = empty([shape[0], shape[1], height, width], ScalarType.Float32);
        long planes = shape[0] * shape[1];
        MaximumPooling.Backward((float*)Memory(gradient), (int*)Memory(winners), (float*)Memory(result), planes, height, width);
        return [result];
    }

    // libtorch's memory is not moved by the garbage collector.
    private static unsafe void* Memory(Tensor contiguous) => Unsafe.AsPointer(ref MemoryMarshal.GetReference(contiguous.bytes));
}
