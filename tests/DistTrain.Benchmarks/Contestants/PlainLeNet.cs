using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistTrain.Benchmarks.Contestants;

/// <summary>LeNet-5 in TorchSharp's own modules: with ReLU and max-pool, or classic with sigmoid and average-pool.</summary>
internal sealed class PlainLeNet : Module<Tensor, Tensor>
{
    private readonly bool classic;
    private readonly Conv2d conv1 = Conv2d(1, 6, 5, padding: 2);
    private readonly Conv2d conv2 = Conv2d(6, 16, 5);
    private readonly Linear fc1 = Linear(400, 120);
    private readonly Linear fc2 = Linear(120, 84);
    private readonly Linear fc3 = Linear(84, 10);

    public PlainLeNet(bool classic)
        : base("lenet5")
    {
        this.classic = classic;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x = Pool(Activate(conv1.forward(input)));
        x = Pool(Activate(conv2.forward(x)));
        x = Activate(fc1.forward(x.flatten(1)));
        x = Activate(fc2.forward(x));
        return fc3.forward(x);
    }

    private Tensor Activate(Tensor x) => classic ? functional.sigmoid(x) : functional.relu(x);

    private Tensor Pool(Tensor x) => classic ? functional.avg_pool2d(x, 2, 2) : functional.max_pool2d(x, 2, 2);
}
