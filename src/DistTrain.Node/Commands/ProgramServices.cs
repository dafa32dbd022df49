using System.Collections;
using DistTrain.Node.Client;
using DistTrain.Node.Export;
using DistTrain.Node.Hosting;
using DistTrain.Node.Predicting;
using DistTrain.Node.Runs;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;

namespace DistTrain.Node.Commands;

/// <summary>The services of the real program.</summary>
internal static class ProgramServices
{
    public static CommandServices Create() => new()
    {
        StartTraining = TrainingStart.StartAsync,
        RunNode = NodeRun.RunAsync,
        Evaluate = RunEvaluation.EvaluateAsync,
        Predict = (options, cancellation) => RunPrediction.PredictAsync(options, Console.OpenStandardInput, cancellation),
        Export = (options, cancellation) => Task.Run(() => ModelExport.ExportAsync(options, cancellation), cancellation),
        Import = (options, cancellation) => Task.Run(() => ModelImport.Import(options), cancellation),
        Audit = (run, cancellation) => Task.Run(() => RunAudit.Audit(run), cancellation),
        Connect = url => new GrpcSession(url),
        CheckHealth = HealthProbe.CheckAsync,
        WriteSpec = WriteSpec,
        Environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        Clock = TimeProvider.System,
    };

    private static string WriteSpec(JobSpec spec)
    {
        spec.Validate();
        DatasetCatalog.CheckName(spec.Dataset);
        return JobSpecJson.Write(spec);
    }
}
