using System.CommandLine;
using System.Globalization;
using DistTrain.Training.Augmentation;
using DistTrain.Training.Engines.Simd;
using DistTrain.Training.Engines.Simd.Activations;
using DistTrain.Training.Engines.Simd.Losses;
using DistTrain.Training.Lanes;

namespace DistTrain.Benchmarks.Micro;

/// <summary>What each stage of the simd engine costs, and how near to the core's most it comes.</summary>
internal static class KernelsCommand
{
    public static Command Create()
    {
        var command = new Command("kernels", "The stages of the simd engine on LeNet-5 and 64 samples: microseconds, and share of the multiply-adds that a core can do.");
        command.SetAction(_ => Run());
        return command;
    }

    private static void Run()
    {
        switch (VectorWidth.Best)
        {
            case 16:
                Print<SixteenLanes>();
                break;
            case 8:
                Print<EightLanes>();
                break;
            default:
                Print<FourLanes>();
                break;
        }
    }

    private static void Print<TLanes>()
        where TLanes : struct, ILanes<TLanes>
    {
        double peak = KernelTimes<TLanes, Rectifier, MaximumPooling>.Peak();
        Line($"{TLanes.Count} lanes; {2 * peak / 1e9:0.0} GFLOP/s from registers alone");
        Print("modern", KernelTimes<TLanes, Rectifier, MaximumPooling>.Measure(), peak);
        Line($"dropout behind fc1 and fc2, if there is any: {KernelTimes<TLanes, Rectifier, MaximumPooling>.Dropout():0.0} us");
        Augmentation();
        Print("classic", KernelTimes<TLanes, Sigmoid, AveragePooling>.Measure(), peak);
        Line($"");
        Line($"| conv1 there, 64 samples, us | max | average |");
        Line($"|---|---|---|");
        PrintFirstStage<TLanes, Rectifier>("relu", default);
        PrintFirstStage<TLanes, LeakyRectifier>("leaky-relu", new LeakyRectifier(0.01f));
        PrintFirstStage<TLanes, Sigmoid>("sigmoid", default);
        PrintFirstStage<TLanes, HyperbolicTangent>("tanh", default);
        PrintFirstStage<TLanes, BinaryStep>("step", default);
        Line($"");
        Line($"loss and its gradient, 64 samples, us: cross-entropy {KernelTimes<TLanes, Rectifier, MaximumPooling>.Loss<CrossEntropy>():0.0}, mse {KernelTimes<TLanes, Rectifier, MaximumPooling>.Loss<MeanSquaredError>():0.0}, bce {KernelTimes<TLanes, Rectifier, MaximumPooling>.Loss<BinaryCrossEntropy>():0.0}");
    }

    private static void PrintFirstStage<TLanes, TActivation>(string name, TActivation activation)
        where TLanes : struct, ILanes<TLanes>
        where TActivation : struct, IActivation =>
        Line($"| {name} | {KernelTimes<TLanes, TActivation, MaximumPooling>.FirstStage(activation):0} | {KernelTimes<TLanes, TActivation, AveragePooling>.FirstStage(activation):0} |");

    private static void Augmentation()
    {
        double shift = AugmentationTimes.Of(new ImageAugmentation { Shift = 2 });
        double turn = AugmentationTimes.Of(new ImageAugmentation { Degrees = 10 });
        double noise = AugmentationTimes.Of(new ImageAugmentation { Noise = 0.1 });
        Line($"augmentation, if there is any: shift {shift:0.0} us, turn {turn:0.0} us, noise {noise:0.0} us");
    }

    private static void Print(string variant, IEnumerable<KernelTime> times, double peak)
    {
        Line($"");
        Line($"| {variant}, 64 samples | us | % of peak |");
        Line($"|---|---|---|");
        double sum = 0;
        long products = 0;
        foreach (KernelTime time in times)
        {
            Line($"| {time.Stage} | {time.Microseconds:0.0} | {Share(time.Products, time.Microseconds, peak)} |");
            sum += time.Microseconds;
            products += time.Products;
        }

        Line($"| all | {sum:0} | {Share(products, sum, peak)} |");
    }

    private static string Share(long products, double microseconds, double peak) =>
        products == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{products / (microseconds / 1e6) / peak * 100:0}");

    private static void Line(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
