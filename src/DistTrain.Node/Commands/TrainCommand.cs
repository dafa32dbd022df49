using System.CommandLine;
using DistTrain.Node.Client;
using DistTrain.Node.Display;
using DistTrain.Protocol.Client;
using DistTrain.Training.Models;

namespace DistTrain.Node.Commands;

/// <summary>Starts or resumes a run, here or on a cluster, and follows it to its end.</summary>
internal static class TrainCommand
{
    public static Command Create(CommandContext context)
    {
        var command = new Verb("train", "Train a network, by worker and parameter-server actors.")
        {
            Notes =
            [
                "Networks (--model); without CxHxW-CLASSES they take the images of the dataset:",
                .. ModelCatalog.Families.Select(family => $"  {family.Usage}: {family.Summary}"),
                "The result depends on the job (data, model, shards, batch, seed), not on who computes it.",
                "Options come from --preset, then from the file of --config, then from the environment (DISTTRAIN_BATCH_SIZE for",
                "--batch-size), then from the command line.",
                "Ctrl-C stops with a checkpoint to resume from; a second one quits at once.",
                "Exit code: 0 done, 1 failed, 2 bad input, 130 stopped by Ctrl-C, 143 by SIGTERM.",
            ],
            Examples =
            [
                "disttrain train                                            LeNet-5 with two workers, in this process",
                "disttrain train --dataset mnist --workers 2 --epochs 10",
                "disttrain train --preset speedrun --workers 2              99 % of MNIST, as fast as it goes",
                "disttrain train --schedule cosine --warmup-steps 0.05      five per cent of the steps to warm up, then half a cosine",
                "disttrain train --augment-shift 2 --augment-rotate 10      other images in each epoch; 'data show' draws them",
                "disttrain train --epochs 20 --dropout 0.3                  three in ten hidden values are dropped, so that nothing is learned by heart",
                "disttrain train --model cnn --dataset cifar10              another network; linear, mlp:784-300-10 and others stand above",
                "disttrain train --activation tanh --pooling average --loss bce    other functions, instead of those of --variant",
                "disttrain train --optimizer momentum --l2 0.0005 --clip-norm 1    descent with momentum, weights kept small, gradients short",
                "disttrain train --validation 0.1 --patience 3              ends once the validation loss has not fallen for three epochs",
                "disttrain train --placement processes --workers 4 --partitions 2",
                "disttrain train --cluster http://127.0.0.1:4200 --json     on a running cluster, records as JSON lines",
                "disttrain train --steps 500 --trace trace.json              where the time of each step goes; open it in https://ui.perfetto.dev",
                "disttrain train --from runs/20260101-120000-lenet5 --dataset fashion-mnist    start from the weights of another run",
                "disttrain train --resume runs/20260101-120000-lenet5       go on with a run that was stopped",
                "disttrain train --config runs/20260101-120000-lenet5/spec.json    the same job again",
            ],
        };
        var reader = new TrainOptionsReader(command);
        Option<bool> json = CommonOptions.Json("one JSON object a line on stdout (kind: start, step, epoch, event, summary), all else on stderr");
        command.Add(json);
        command.SetAction((parse, _) =>
        {
            TrainOptions options = reader.Read(parse, context.Services.Environment);
            return RunAsync(context, options with { Display = context.Common.Display(parse, json, context.Services.Environment) });
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, TrainOptions options)
    {
        (CommandServices services, Terminal terminal, _, _) = context;
        SubmitRequest request = Request(services, options);
        if (options.Trace is { } wanted)
        {
            TraceCopy.RequireWritable(wanted);
        }

        // Once it is back, all processes that it started have ended: nothing of theirs can follow the reason of a failure.
        (int code, Summary? summary, string directory) = await FollowAsync(context, options, request).ConfigureAwait(false);
        string? problem = options.Trace is { } file ? TraceCopy.Copy(directory, file, IsOwed(summary)) : null;
        if (problem is not null)
        {
            terminal.Error.WriteLine(problem);
        }

        CommandLine.WriteFailure(terminal, summary);
        return problem is not null && code == ExitCode.Success ? ExitCode.Failure : code;
    }

    /// <summary>A run that failed, was refused or made no step has said why; that it has no trace either would bury the reason.</summary>
    private static bool IsOwed(Summary? summary) => summary is { Status: not ("failed" or "refused"), Steps: > 0 };

    private static async Task<(int Code, Summary? Summary, string RunDirectory)> FollowAsync(CommandContext context, TrainOptions options, SubmitRequest request)
    {
        (CommandServices services, Terminal terminal, StopSignal stop, _) = context;
        await using ITrainingSession session = options.Cluster is { } url
            ? services.Connect(url)
            : await services.StartTraining(options, stop.Requested).ConfigureAwait(false);
        SubmitReply reply = await session.Service.SubmitAsync(request, stop.Requested).ConfigureAwait(false);
        await using IRunDisplay display = RunDisplays.Open(terminal, options.Display, services.Clock);
        var follower = new RunFollower(session.Service, display, stop, services.Clock, endsRun: true);
        try
        {
            (int code, Summary? summary) = await follower.FollowAsync(reply.Run).ConfigureAwait(false);
            return (code, summary, reply.RunDirectory);
        }
        catch (CoordinatorLostException lost)
        {
            throw new CoordinatorLostException($"{lost.Message}; go on from the last checkpoint with: disttrain train --resume {reply.RunDirectory}", lost);
        }
    }

    private static SubmitRequest Request(CommandServices services, TrainOptions options) => new()
    {
        SpecJson = options.Resume is null ? services.WriteSpec(options.Spec) : "",
        RunDirectory = options.RunDirectory ?? "",
        Resume = options.Resume ?? "",
        Workers = (uint)options.ResumeWorkers,
        Trace = options.Trace is not null,
    };
}
