using DistTrain.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Training.Engines.Torch;

/// <summary><see cref="ActivationKind.Step"/>, whose gradient libtorch cannot know: it is not that of what is computed.</summary>
internal sealed class StepFunction : autograd.SingleTensorFunction<StepFunction>
{
    // Kept: libtorch would read one that is made for a single call after a collection of garbage may have freed it.
    private static readonly Scalar Zero = 0;
    private static readonly Scalar One = 1;

    public override string Name => nameof(StepFunction);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        ctx.save_for_backward([x]);
        using Tensor above = x.gt(Zero);
        return above.to(x.dtype);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Tensor x = ctx.get_saved_variables()[0];
        using Tensor size = x.abs();
        using Tensor passes = size.le(One);
        return [grad_output * passes];
    }
}
