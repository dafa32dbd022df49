using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistTrain.Benchmarks.Contestants;

/// <summary>LeNet-5 with ReLU and max-pool, in TorchSharp's own modules.</summary>
internal sealed class PlainLeNet : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1 = Conv2d(1, 6, 5, padding: 2);
    private readonly Conv2d conv2 = Conv2d(6, 16, 5);
    private readonly Linear fc1 = Linear(400, 120);
    private readonly Linear fc2 = Linear(120, 84);
    private readonly Linear fc3 = Linear(84, 10);

    public PlainLeNet()
        : base("lenet5") => RegisterComponents();

    public override Tensor forward(Tensor input)
    {
        Tensor x = functional.max_pool2d(functional.relu(conv1.forward(input)), 2, 2);
        x = functional.max_pool2d(functional.relu(conv2.forward(x)), 2, 2);
        x = functional.relu(fc1.forward(x.flatten(1)));
        x = functional.relu(fc2.forward(x));
        return fc3.forward(x);
    }
}
