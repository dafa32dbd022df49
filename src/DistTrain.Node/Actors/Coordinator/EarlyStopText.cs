using System.Globalization;
using DistTrain.Node.Display;
using DistTrain.Training.Generalisation;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Actors.Coordinator;

/// <summary>Why a run ended early, for people.</summary>
internal static class EarlyStopText
{
    public static string Of(JobSpec spec, EarlyStopping stopping)
    {
        string set = spec.Validation > 0 ? "validation" : "test";
        string Value(double value) => spec.Monitor == JobEarlyStopping.Accuracy ? RunText.Percent(value) : RunText.Loss(value);
        string least = spec.MinDelta > 0 ? string.Create(CultureInfo.InvariantCulture, $" by more than {spec.MinDelta}") : "";
        string epochs = RunText.Count((uint)stopping.Waited, "epoch");
        return stopping.BestEpoch == 0
            ? $"{set} {spec.Monitor} was not a number in {epochs}"
            : $"{set} {spec.Monitor} has not been better than {Value(stopping.Best)} of epoch {stopping.BestEpoch}{least} for {epochs}";
    }
}
