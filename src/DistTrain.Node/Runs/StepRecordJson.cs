using System.Text.Json;
using DistTrain.Protocol.Client;

namespace DistTrain.Node.Runs;

/// <summary>
/// The fields of a step's record, as <see cref="MessageJson"/> writes them, without looking each one up: there is one of these for
/// every step, and it allocates nothing.
/// </summary>
internal static class StepRecordJson
{
    /// <summary>Whether it has nothing but numbers, as all but a few a second.</summary>
    public static bool IsPlain(StepRecord step) => step.Workers.Count == 0 && step.TimeSplit.Count == 0;

    public static void WriteFields(Utf8JsonWriter writer, StepRecord step)
    {
        writer.WriteNumber("step", step.Step);
        writer.WriteNumber("epoch", step.Epoch);
        MessageJson.WriteNumber(writer, "loss", step.Loss);
        MessageJson.WriteNumber(writer, "accuracy", step.Accuracy);
        MessageJson.WriteNumber(writer, "learningRate", step.LearningRate);
        MessageJson.WriteNumber(writer, "samplesPerSecond", step.SamplesPerSecond);
        MessageJson.WriteNumber(writer, "trainSeconds", step.TrainSeconds);
        MessageJson.WriteNumber(writer, "appliedAt", step.AppliedAt);
    }
}
