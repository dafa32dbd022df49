using DistTrain.Training.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Training.Engines.Torch;

/// <summary><see cref="ActivationKind.Step"/>, whose gradient libtorch cannot know: it is not that of what is computed.</summary>
internal sealed class StepFunction : autograd.SingleTensorFunction<StepFunction>
{
    public override string Name => nameof(StepFunction);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var x = (Tensor)vars[0];
        ctx.save_for_backward([x]);
        using Tensor above = x.gt(0);
        return above.to(x.dtype);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Tensor x = ctx.get_saved_variables()[0];
        using Tensor size = x.abs();
        using Tensor passes = size.le(1);
        return [grad_output * passes];
    }
}
